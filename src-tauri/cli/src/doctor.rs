//! Looks over the mirror and repairs it. It opens no desk: a damaged mirror would not let it.

use std::io::Write as _;

use app::doctor;
use app::wire::ErrorView;

use crate::arguments::Doctor;
use crate::fail::Failure;
use crate::host;

pub(crate) async fn run(wanted: Doctor) -> Result<(), Failure> {
    let paths = host::paths()?;
    let looked = tokio::task::spawn_blocking(move || {
        if wanted.repair {
            let repair = doctor::repair(&paths)?;
            return Ok((repair.findings, Some((repair.said, repair.whole))));
        }
        doctor::examine(&paths).map(|findings| (findings, None))
    });
    let (findings, repair) = looked.await.map_err(ErrorView::internal)??;
    let mut out = std::io::stdout().lock();
    for finding in &findings {
        writeln!(out, "- {finding}")?;
    }
    if findings.is_empty() {
        writeln!(out, "The mirror is sound.")?;
        return Ok(());
    }
    let Some((said, whole)) = repair else { return Err(Failure::unsound(findings.len())) };
    for sentence in said {
        writeln!(out, "{sentence}")?;
    }
    if whole { Ok(()) } else { Err(Failure::not_whole()) }
}
