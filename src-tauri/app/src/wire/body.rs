//! Inputs, outputs and messages by kind. All text in here is hostile: it is shown, never run.

use serde::Serialize;
use ts_rs::TS;

/// A file by reference; loaded only when a person asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FileView {
    pub url: Option<String>,
    pub content_type: Option<String>,
    pub is_image: bool,
    /// The file's name, or the host it would come from.
    pub label: String,
}

/// A value by kind.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ValueView {
    Null,
    Text {
        text: String,
    },
    Number {
        text: String,
    },
    Bool {
        value: bool,
    },
    File {
        file: FileView,
    },
    /// A list of flat objects of like shape: rows of cells.
    Table {
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    /// A list of plain values.
    List {
        items: Vec<ValueView>,
    },
    Object {
        fields: Vec<FieldView>,
    },
    /// Too deep or too odd for any of these: indented JSON.
    Json {
        text: String,
    },
}

/// One field of an input or output.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct FieldView {
    pub name: String,
    pub value: ValueView,
}

/// A tool call, with its result where there is one.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct ToolCallView {
    pub id: String,
    pub name: String,
    pub input: ValueView,
    pub result: Option<ValueView>,
    pub error: Option<String>,
}

/// One part of a message.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PartView {
    Text { text: String },
    File { file: FileView },
    ToolCall { call: ToolCallView },
    Json { text: String },
}

/// One message of a conversation. A tool's result stands with its call, not as a message of its own.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct MessageView {
    /// `system`, `user`, `assistant`, or what the server wrote.
    pub role: String,
    pub parts: Vec<PartView>,
}

/// An input or output by kind.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BodyView {
    Empty,
    Text { text: String },
    Fields { fields: Vec<FieldView> },
    Messages { messages: Vec<MessageView>, variables: Vec<FieldView> },
    Value { value: ValueView },
}
