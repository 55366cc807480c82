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
    /// The schema asks for it, and it is not there.
    Absent,
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
    /// A list of flat objects of like shape: rows of cells. An empty cell: the object has nothing there.
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

/// What the schema says of a field beyond its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct FieldAboutView {
    pub title: Option<String>,
    pub description: Option<String>,
    /// The values it may have; empty: any.
    pub choices: Vec<String>,
}

/// One field of an input or output.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct FieldView {
    pub name: String,
    pub value: ValueView,
    pub about: Option<FieldAboutView>,
    /// Why the value is not what the schema asks for, in half a sentence.
    pub misfit: Option<String>,
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
    /// Its place among the messages as the server lists them, from 0.
    pub index: u32,
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
