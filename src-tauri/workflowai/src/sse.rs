//! Server-sent events, as far as this server uses them: `data:` lines, JSON inside, nothing else.
//! Format: <https://html.spec.whatwg.org/multipage/server-sent-events.html>.

use std::collections::VecDeque;

use serde_json::Value;
use tokio::time::timeout;

use crate::answer::streamed_refusal;
use crate::error::{Error, Result};
use crate::transport::{Opened, broken};

/// Cuts a stream of bytes into the data of its events.
#[derive(Default)]
pub(crate) struct Parser {
    line: Vec<u8>,
    data: Option<Vec<u8>>,
    after_cr: bool,
    ready: VecDeque<Vec<u8>>,
}

impl Parser {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let after_cr = std::mem::take(&mut self.after_cr);
            match byte {
                b'\n' if after_cr => {}
                b'\n' => self.end_line(),
                b'\r' => {
                    self.after_cr = true;
                    self.end_line();
                }
                _ => self.line.push(byte),
            }
        }
    }

    /// The next complete event.
    pub(crate) fn pop(&mut self) -> Option<Vec<u8>> {
        self.ready.pop_front()
    }

    /// What is held back for want of its end.
    fn pending_bytes(&self) -> usize {
        self.line.len() + self.data.as_ref().map_or(0, Vec::len)
    }

    /// At the end of the stream: an event whose blank line is missing counts, if it is whole.
    fn finish(&mut self) {
        if !self.line.is_empty() {
            self.end_line();
        }
        self.ready.extend(self.data.take());
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            self.ready.extend(self.data.take());
            return;
        }
        let Some(value) = line.strip_prefix(b"data:") else { return };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match &mut self.data {
            Some(data) => {
                data.push(b'\n');
                data.extend_from_slice(value);
            }
            None => self.data = Some(value.to_vec()),
        }
    }
}

/// The JSON events of an answer under way. An error inside the 200 ends it as the error it is, and a
/// stream without a single event is [`Error::EmptyStream`] (contract, 0.7).
pub(crate) struct Events {
    request: &'static str,
    opened: Opened,
    parser: Parser,
    max_bytes: usize,
    seen_any: bool,
    at_end: bool,
    closed: bool,
}

impl Events {
    pub(crate) fn new(request: &'static str, opened: Opened, max_bytes: usize) -> Self {
        let parser = Parser::default();
        Self { request, opened, parser, max_bytes, seen_any: false, at_end: false, closed: false }
    }

    /// The next event; `None` at the end. After an error there is nothing more.
    pub(crate) async fn next(&mut self) -> Option<Result<Value>> {
        if self.closed {
            return None;
        }
        let next = self.advance().await;
        self.closed = !matches!(next, Some(Ok(_)));
        next
    }

    async fn advance(&mut self) -> Option<Result<Value>> {
        loop {
            if let Some(data) = self.parser.pop() {
                self.seen_any = true;
                return Some(self.event(&data));
            }
            if self.at_end {
                return (!self.seen_any).then_some(Err(Error::EmptyStream));
            }
            if let Err(error) = self.read().await {
                return Some(Err(error));
            }
        }
    }

    fn event(&self, data: &[u8]) -> Result<Value> {
        let event: Value = crate::transport::parse(self.request, data)?;
        match streamed_refusal(&event) {
            Some(error) => Err(error),
            None => Ok(event),
        }
    }

    async fn read(&mut self) -> Result<()> {
        let after = self.opened.read_timeout;
        let chunk = match timeout(after, self.opened.response.chunk()).await {
            Ok(chunk) => chunk.map_err(|error| broken(&error).into_error())?,
            Err(_) => return Err(Error::Timeout { after }),
        };
        match chunk {
            Some(bytes) => self.parser.push(&bytes),
            None => {
                self.at_end = true;
                self.parser.finish();
            }
        }
        if self.parser.pending_bytes() > self.max_bytes {
            return Err(Error::TooLarge { limit_bytes: self.max_bytes });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn events(pieces: &[&[u8]]) -> Vec<String> {
        let mut parser = Parser::default();
        for piece in pieces {
            parser.push(piece);
        }
        parser.finish();
        std::iter::from_fn(|| parser.pop())
            .map(|data| String::from_utf8(data).expect("text"))
            .collect()
    }

    #[test]
    fn events_end_at_a_blank_line_whatever_ends_lines() {
        assert_eq!(events(&[b"data: a\n\ndata: b\r\n\r\ndata:c\r\r"]), ["a", "b", "c"]);
    }

    #[test]
    fn comments_other_fields_and_blank_lines_are_no_events() {
        assert_eq!(events(&[b": ping\n\nevent: x\nid: 1\n\n\n\ndata: a\n\n"]), ["a"]);
    }

    #[test]
    fn several_data_lines_are_one_event() {
        assert_eq!(events(&[b"data: {\ndata: }\n\n"]), ["{\n}"]);
    }

    #[test]
    fn an_event_without_its_blank_line_counts_at_the_end() {
        assert_eq!(events(&[b"data: a\n\ndata: b"]), ["a", "b"]);
    }

    proptest! {
        #[test]
        fn where_the_bytes_are_cut_makes_no_difference(
            text in "(data: [a-zé{}]{0,5}(\n|\r\n|\r){1,2}){0,6}", cut in 0_usize..80,
        ) {
            let bytes = text.as_bytes();
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            prop_assert_eq!(events(&[head, tail]), events(&[bytes]));
        }
    }
}
