//! Enums as words: stored, sent, typed. A word and its variant stand together once, in [`words!`](crate::words),
//! and reading a word back says which ones there are.

/// A word that names no variant of an enum, or a text of another form than expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{word}\" is not one of {expected}")]
pub struct UnknownWord {
    pub word: String,
    pub expected: &'static str,
}

/// Gives a `Copy` enum without fields its words: `ALL` of its variants in the order given, `as_str` under the doc comment
/// given, `Display`, and `FromStr` with [`UnknownWord`] for any other word.
///
/// ```
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// pub enum Size {
///     Small,
///     Large,
/// }
///
/// domain::words! {
///     /// The word printed.
///     Size { Small = "small", Large = "large" }
/// }
///
/// assert_eq!(Size::ALL, [Size::Small, Size::Large]);
/// assert_eq!(Size::Large.to_string(), "large");
/// assert_eq!("small".parse(), Ok(Size::Small));
/// let unknown = "huge".parse::<Size>().expect_err("no such size");
/// assert_eq!(unknown.expected, "small, large");
/// ```
#[macro_export]
macro_rules! words {
    (
        $(#[$doc:meta])*
        $name:ident { $first:ident = $first_word:literal $(, $variant:ident = $word:literal)* $(,)? }
    ) => {
        impl $name {
            /// All there are, in the order of their words.
            pub const ALL: [Self; [$first_word $(, $word)*].len()] =
                [Self::$first $(, Self::$variant)*];

            $(#[$doc])*
            pub fn as_str(self) -> &'static str {
                match self {
                    Self::$first => $first_word,
                    $(Self::$variant => $word),*
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(word: &str) -> Result<Self, $crate::UnknownWord> {
                match word {
                    $first_word => Ok(Self::$first),
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::UnknownWord {
                        word: word.to_owned(),
                        expected: concat!($first_word $(, ", ", $word)*),
                    }),
                }
            }
        }
    };
}
