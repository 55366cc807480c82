//! A JSON value as the kind of thing it is.

use std::collections::{HashMap, HashSet};

use domain::FilePart;
use serde::Serialize;
use serde_json::{Map, Value};

use super::schema::Schema;
use crate::wire::{FieldView, FileView, ValueView};

/// Objects nested deeper than this are shown as JSON: definition lists in definition lists stop being readable.
const DEEPEST: usize = 3;
/// Tables wider than this are shown as JSON.
const WIDEST: usize = 8;

pub(crate) fn value_view(value: &Value) -> ValueView {
    at_depth(value, Schema::UNKNOWN, 0)
}

/// As [`value_view`], read by a schema.
pub(crate) fn value_by(value: &Value, schema: Schema<'_>) -> ValueView {
    at_depth(value, schema, 0)
}

pub(crate) fn fields_view(fields: &[(&str, &Value)], schema: Schema<'_>) -> Vec<FieldView> {
    in_order(fields, schema, 0)
}

pub(crate) fn indented(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

/// What is kept, as indented JSON.
pub(crate) fn raw_json<T: Serialize>(kept: &T) -> String {
    serde_json::to_string_pretty(kept).unwrap_or_default()
}

pub(crate) fn file_view(file: &FilePart) -> FileView {
    FileView {
        url: file.url.clone(),
        content_type: file.content_type.clone(),
        is_image: file.is_image(),
        label: file_label(file),
    }
}

fn file_label(file: &FilePart) -> String {
    let Some(url) = &file.url else {
        return "file without an address".to_owned();
    };
    if url.starts_with("data:") {
        return "in the run itself".to_owned();
    }
    match url::Url::parse(url) {
        Ok(parsed) => {
            let name =
                parsed.path_segments().and_then(|mut parts| parts.next_back().map(str::to_owned));
            let host = parsed.host_str().unwrap_or_default().to_owned();
            match name.filter(|name| !name.is_empty()) {
                Some(name) => format!("{name} at {host}"),
                None => host,
            }
        }
        Err(_) => url.chars().take(60).collect(),
    }
}

/// Fields in the schema's order, then those it does not know in the server's. What it asks for and is not there stands
/// in its place.
fn in_order(fields: &[(&str, &Value)], schema: Schema<'_>, depth: usize) -> Vec<FieldView> {
    let given: HashMap<&str, &Value> = fields.iter().copied().collect();
    let known: HashSet<&str> = schema.names().collect();
    let by_schema = schema.names().filter_map(|name| match given.get(name) {
        Some(value) => Some(field(name, value, schema, depth)),
        None => schema.requires(name).then(|| FieldView {
            name: name.to_owned(),
            value: ValueView::Absent,
            about: schema.field(name).about(name),
            misfit: None,
        }),
    });
    let others = fields.iter().filter(|(name, _)| !known.contains(name));
    by_schema.chain(others.map(|(name, value)| field(name, value, schema, depth))).collect()
}

fn field(name: &str, value: &Value, schema: Schema<'_>, depth: usize) -> FieldView {
    let schema = schema.field(name);
    FieldView {
        name: name.to_owned(),
        value: at_depth(value, schema, depth),
        about: schema.about(name),
        misfit: schema.misfit(value),
    }
}

fn at_depth(value: &Value, schema: Schema<'_>, depth: usize) -> ValueView {
    match value {
        Value::Null => ValueView::Null,
        Value::Bool(value) => ValueView::Bool { value: *value },
        Value::Number(number) => ValueView::Number { text: number.to_string() },
        Value::String(text) => ValueView::Text { text: text.clone() },
        Value::Array(items) => list_view(items, schema, depth),
        Value::Object(object) => object_view(value, object, schema, depth),
    }
}

fn object_view(
    value: &Value,
    object: &Map<String, Value>,
    schema: Schema<'_>,
    depth: usize,
) -> ValueView {
    if let Some(file) = FilePart::recognise(value) {
        return ValueView::File { file: file_view(&file) };
    }
    if depth >= DEEPEST {
        return ValueView::Json { text: indented(value) };
    }
    let fields: Vec<(&str, &Value)> =
        object.iter().map(|(name, value)| (name.as_str(), value)).collect();
    ValueView::Object { fields: in_order(&fields, schema, depth + 1) }
}

fn list_view(items: &[Value], schema: Schema<'_>, depth: usize) -> ValueView {
    if let Some(table) = table_view(items) {
        return table;
    }
    if depth >= DEEPEST {
        return ValueView::Json { text: indented(&Value::Array(items.to_vec())) };
    }
    let schema = schema.item();
    ValueView::List { items: items.iter().map(|item| at_depth(item, schema, depth + 1)).collect() }
}

/// A list of flat objects reads best as rows; columns in the order they are first met.
fn table_view(items: &[Value]) -> Option<ValueView> {
    let mut columns: Vec<String> = Vec::new();
    for item in items {
        let object = item.as_object()?;
        if FilePart::recognise(item).is_some()
            || object.values().any(|v| v.is_object() || v.is_array())
        {
            return None;
        }
        for name in object.keys() {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
    }
    if columns.is_empty() || columns.len() > WIDEST {
        return None;
    }
    let rows = items
        .iter()
        .map(|item| columns.iter().map(|name| cell(item.get(name))).collect())
        .collect();
    Some(ValueView::Table { columns, rows })
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_of_flat_objects_is_a_table() {
        let view =
            value_view(&json!([{"id": "p_1", "amount": 49.9}, {"id": "p_2", "state": null}]));
        assert_eq!(
            view,
            ValueView::Table {
                columns: vec!["id".into(), "amount".into(), "state".into()],
                rows: vec![
                    vec!["p_1".into(), "49.9".into(), String::new()],
                    vec!["p_2".into(), String::new(), String::new()],
                ],
            }
        );
    }

    #[test]
    fn fields_stand_in_the_schemas_order_and_a_missing_one_in_its_place() {
        let schema = json!({"required": ["reply", "state"], "properties": {
            "state": {}, "reply": {"description": "To send"}, "note": {},
        }});
        let given = (json!("x"), json!({"b": 1}));
        let fields = fields_view(&[("zeta", &given.0), ("reply", &given.1)], Schema::of(&schema));
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["state", "reply", "zeta"]);
        assert_eq!(fields[0].value, ValueView::Absent);
        assert!(fields[1].about.is_some() && fields[2].about.is_none());
    }

    #[test]
    fn an_image_is_recognised_and_named_without_being_loaded() {
        let view = value_view(
            &json!({"content_type": "image/png", "url": "https://cdn.example.com/a/scan.png"}),
        );
        let ValueView::File { file } = view else { panic!("no file: {view:?}") };
        assert!(file.is_image);
        assert_eq!(file.label, "scan.png at cdn.example.com");
    }

    #[test]
    fn what_is_too_deep_is_json() {
        let mut value = json!(1);
        for _ in 0..6 {
            value = json!({"inside": value});
        }
        assert!(format!("{:?}", value_view(&value)).contains("Json"));
    }
}
