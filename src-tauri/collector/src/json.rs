//! Small things JSON: one text per value, and leaving nulls out of typed fields.

use serde_json::{Map, Value};

/// The value as text with keys in order, so that equal values have equal texts.
pub(crate) fn canonical(value: &Value) -> String {
    sorted(value).to_string()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut pairs: Vec<_> = fields.iter().collect();
            pairs.sort_by(|a, b| a.0.cmp(b.0));
            Value::Object(pairs.into_iter().map(|(k, v)| (k.clone(), sorted(v))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// The object without its fields that are null. Deeper nulls stay: they belong to whoever sent the payload.
pub(crate) fn without_nulls(fields: Map<String, Value>) -> Map<String, Value> {
    fields.into_iter().filter(|(_, v)| !v.is_null()).collect()
}

/// Text that this crate wrote itself, back as a value. Text that was damaged on disk reads as null, not as a panic.
pub(crate) fn stored(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn equal_values_have_equal_texts_at_every_depth() {
        let a = json!({"b": [{"y": 1, "x": 2}], "a": null});
        let b = json!({"a": null, "b": [{"x": 2, "y": 1}]});
        assert_eq!(canonical(&a), canonical(&b));
    }

    #[test]
    fn only_the_outermost_nulls_go() {
        let Value::Object(fields) = json!({"gone": null, "kept": {"inner": null}}) else {
            unreachable!()
        };
        assert_eq!(Value::Object(without_nulls(fields)), json!({"kept": {"inner": null}}));
    }
}
