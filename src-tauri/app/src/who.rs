//! The name under which decisions are made.

/// The variables in which systems tell the user's name.
const VARIABLES: [&str; 3] = ["USER", "LOGNAME", "USERNAME"];

/// The system's name for this user; `variable` reads the environment, which is the host's.
pub fn system_user(variable: impl Fn(&str) -> Option<String>) -> String {
    VARIABLES
        .iter()
        .filter_map(|name| variable(name))
        .map(|name| name.trim().to_owned())
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "someone".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_that_says_something_is_taken() {
        let variable = |name: &str| match name {
            "USER" => Some(" ".to_owned()),
            "LOGNAME" => Some("ines".to_owned()),
            _ => None,
        };
        assert_eq!(system_user(variable), "ines");
        assert_eq!(system_user(|_| None), "someone");
    }
}
