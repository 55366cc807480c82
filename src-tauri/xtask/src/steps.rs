//! The steps of a task: each is named before it runs and timed; a failed one does not keep the next from running,
//! and the summary at the end names every step with its outcome.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// What became of a step.
struct Done {
    name: String,
    took: Duration,
    error: Option<String>,
}

/// The steps of one task, in the order in which they ran.
pub(crate) struct Steps {
    task: &'static str,
    began: Instant,
    done: Vec<Done>,
}

impl Steps {
    pub(crate) fn new(task: &'static str) -> Self {
        Self { task, began: Instant::now(), done: Vec::new() }
    }

    /// Runs a step and keeps its outcome. Says whether it succeeded.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        println!("\n==> {name}");
        let began = Instant::now();
        let error = work().err().map(|error| format!("{error:#}"));
        if let Some(error) = &error {
            println!("FAILED {name}: {error}");
        }
        let good = error.is_none();
        self.done.push(Done { name: name.to_owned(), took: began.elapsed(), error });
        good
    }

    /// The steps with their durations, one per line, and the sum.
    fn summary(&self) -> String {
        let width = self.done.iter().map(|done| done.name.chars().count()).max().unwrap_or(0);
        let mut text = format!("\n{}: what ran\n", self.task);
        for done in &self.done {
            let state = if done.error.is_none() { "ok    " } else { "FAILED" };
            text += &format!("  {state} {:<width$} {:>8}\n", done.name, seconds(done.took));
        }
        let failed = self.done.iter().filter(|done| done.error.is_some()).count();
        text += &format!(
            "{}: {} steps, {} failed, {}",
            self.task,
            self.done.len(),
            failed,
            seconds(self.began.elapsed())
        );
        text
    }

    /// Prints the summary. An error when a step failed.
    pub(crate) fn finish(self) -> Result<()> {
        println!("{}", self.summary());
        let failed: Vec<&str> =
            self.done.iter().filter(|d| d.error.is_some()).map(|d| d.name.as_str()).collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }
}

/// `12.3 s`, or `4 min 05 s` from a hundred seconds on.
fn seconds(took: Duration) -> String {
    let all = took.as_secs();
    if all < 100 {
        return format!("{:.1} s", took.as_secs_f64());
    }
    format!("{} min {:02} s", all / 60, all % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_lets_the_next_run_and_fails_the_task() {
        let mut steps = Steps::new("test");
        assert!(!steps.step("first", || bail!("broken")));
        assert!(steps.step("second", || Ok(())));
        let summary = steps.summary();
        assert!(summary.contains("FAILED first"), "{summary}");
        assert!(summary.contains("ok     second"), "{summary}");
        assert!(summary.contains("2 steps, 1 failed"), "{summary}");
        let error = steps.finish().expect_err("a failed step fails the task");
        assert_eq!(error.to_string(), "failed: first");
    }

    #[test]
    fn durations_are_read_at_a_glance() {
        assert_eq!(seconds(Duration::from_millis(1_540)), "1.5 s");
        assert_eq!(seconds(Duration::from_secs(245)), "4 min 05 s");
    }
}
