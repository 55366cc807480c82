//! What a JSON Schema says of a value: the order of its fields, their names for people, and what fits. Only as much of
//! JSON Schema as agents' schemas use; what is not understood says nothing, and nothing is refused.

use serde_json::{Map, Value};

use crate::wire::FieldAboutView;

/// References followed before one is taken for a circle.
const MOST_REFERENCES: usize = 8;
/// Choices told at most: beyond that they are no help.
const MOST_CHOICES: usize = 40;

type Object<'a> = &'a Map<String, Value>;

/// One place in a schema.
#[derive(Clone, Copy)]
pub(crate) struct Schema<'a> {
    root: &'a Value,
    /// `None`: nothing is known here.
    at: Option<Object<'a>>,
    /// Where its title and description stand.
    words: Option<Object<'a>>,
}

impl<'a> Schema<'a> {
    /// Nothing is known.
    pub(crate) const UNKNOWN: Schema<'static> =
        Schema { root: &Value::Null, at: None, words: None };

    pub(crate) fn of(root: &'a Value) -> Self {
        Self { root, at: None, words: None }.below(Some(root))
    }

    fn below(self, at: Option<&'a Value>) -> Self {
        let (at, words) = at.and_then(|at| resolved(self.root, at)).unzip();
        Self { root: self.root, at, words }
    }

    /// What is said of a field.
    pub(crate) fn field(self, name: &str) -> Self {
        let named = self.fields().and_then(|fields| fields.get(name));
        let any = || self.at?.get("additionalProperties");
        self.below(named.or_else(any))
    }

    /// What is said of each item of a list.
    pub(crate) fn item(self) -> Self {
        self.below(self.at.and_then(|at| at.get("items")))
    }

    /// The names of the fields, in order; empty where nothing is known.
    pub(crate) fn names(self) -> impl Iterator<Item = &'a str> {
        self.fields().into_iter().flat_map(|fields| fields.keys().map(String::as_str))
    }

    /// Whether a field must be there.
    pub(crate) fn requires(self, name: &str) -> bool {
        let required = self.at.and_then(|at| at.get("required")).and_then(Value::as_array);
        required.is_some_and(|names| names.iter().any(|required| required == name))
    }

    /// What there is to say to a reader of the field; `None`: no more than its name does.
    pub(crate) fn about(self, name: &str) -> Option<FieldAboutView> {
        let words = self.words?;
        let text = |key: &str| {
            words.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
        };
        let about = FieldAboutView {
            title: text("title").filter(|title| !is_same(title, name)).map(str::to_owned),
            description: text("description").map(str::to_owned),
            choices: self.choices().iter().take(MOST_CHOICES).map(plain).collect(),
        };
        (about != FieldAboutView::default()).then_some(about)
    }

    /// Why a value is not what the schema asks for, in half a sentence.
    pub(crate) fn misfit(self, value: &Value) -> Option<String> {
        let at = self.at?;
        let choices = self.choices();
        if !choices.is_empty() && !choices.contains(value) && !value.is_null() {
            return Some("not one of the schema’s choices".to_owned());
        }
        let wanted: Vec<&str> = match at.get("type")? {
            Value::String(one) => vec![one],
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            _ => return None,
        };
        // Null is how agents say "none"; whether they may is not worth a warning.
        if value.is_null() || wanted.is_empty() || wanted.iter().any(|wanted| fits(wanted, value)) {
            return None;
        }
        Some(format!(
            "the schema wants {}",
            wanted.iter().copied().map(noun).collect::<Vec<_>>().join(" or ")
        ))
    }

    fn choices(self) -> &'a [Value] {
        let choices = self.at.and_then(|at| at.get("enum")).and_then(Value::as_array);
        choices.map(Vec::as_slice).unwrap_or_default()
    }

    fn fields(self) -> Option<&'a Map<String, Value>> {
        self.at?.get("properties")?.as_object()
    }
}

/// The object at the end of references and of the "or null" of optional fields; and the first on the way there that has
/// words, as what stands beside a reference is said of this field in particular.
fn resolved<'a>(root: &'a Value, at: &'a Value) -> Option<(Object<'a>, Object<'a>)> {
    let mut at = at.as_object()?;
    let mut words = None;
    for _ in 0..MOST_REFERENCES {
        if at.contains_key("description") || at.contains_key("title") {
            words = words.or(Some(at));
        }
        let next = match at.get("$ref") {
            Some(reference) => root.pointer(reference.as_str()?.strip_prefix('#')?)?,
            None => match only_one(at) {
                Some(one) => one,
                None => return Some((at, words.unwrap_or(at))),
            },
        };
        at = next.as_object()?;
    }
    None
}

/// The only alternative besides null.
fn only_one(at: &Map<String, Value>) -> Option<&Value> {
    let all = ["anyOf", "oneOf", "allOf"].iter().find_map(|key| at.get(*key)?.as_array())?;
    let mut others = all.iter().filter(|one| one.get("type").is_none_or(|kind| kind != "null"));
    others.next().filter(|_| others.next().is_none())
}

/// `Order Id` says no more than `order_id`.
fn is_same(title: &str, name: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    letters(title) == letters(name)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn fits(wanted: &str, value: &Value) -> bool {
    match wanted {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    }
}

fn noun(wanted: &str) -> &str {
    match wanted {
        "string" => "text",
        "number" => "a number",
        "integer" => "a whole number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_told_by_its_title_description_and_choices() {
        let schema = json!({"type": "object", "properties": {
            "order_id": {"type": "string", "title": "Order Id"},
            "state": {"type": "string", "title": "Where it is", "enum": ["here", "gone"], "description": " Now. "},
        }});
        let schema = Schema::of(&schema);
        assert_eq!(
            schema.field("order_id").about("order_id"),
            None,
            "the title is the name once more"
        );
        let about = schema.field("state").about("state").expect("something to say");
        assert_eq!(about.title.as_deref(), Some("Where it is"));
        assert_eq!(about.description.as_deref(), Some("Now."));
        assert_eq!(about.choices, ["here", "gone"]);
        assert!(schema.field("other").about("other").is_none());
    }

    #[test]
    fn references_and_optional_fields_are_followed_and_circles_end() {
        let schema = json!({
            "properties": {
                "state": {"description": "Now.", "anyOf": [{"$ref": "#/$defs/State"}, {"type": "null"}], "default": null},
                "me": {"$ref": "#/$defs/Me"},
                "self": {"$ref": "#"},
            },
            "$defs": {"State": {"enum": ["here", "gone"]}, "Me": {"$ref": "#/$defs/Me"}},
        });
        let schema = Schema::of(&schema);
        let about = schema.field("state").about("state").expect("something to say");
        assert_eq!((about.choices.len(), about.description.as_deref()), (2, Some("Now.")));
        assert!(schema.field("me").about("me").is_none());
        assert_eq!(schema.field("self").field("self").names().count(), 3);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let schema = json!({"properties": {
            "total": {"type": "number"}, "count": {"type": ["integer", "string"]}, "state": {"enum": ["here"]},
        }});
        let schema = Schema::of(&schema);
        let misfit = |name: &str, value: Value| schema.field(name).misfit(&value);
        assert_eq!(misfit("total", json!("49.90")).as_deref(), Some("the schema wants a number"));
        assert_eq!(
            misfit("count", json!(1.5)).as_deref(),
            Some("the schema wants a whole number or text")
        );
        assert_eq!(misfit("count", json!(2.0)), None);
        assert_eq!(
            misfit("state", json!("gone")).as_deref(),
            Some("not one of the schema’s choices")
        );
        assert_eq!(misfit("state", Value::Null), None);
        assert_eq!(misfit("unheard_of", json!(1)), None);
    }
}
