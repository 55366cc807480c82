//! Completion: what is offered where the caret stands, and what comes of taking it.

use app::wire::SuggestionView;

use crate::given::given;

/// What is shown of each suggestion.
async fn labels(text: &str) -> Vec<String> {
    given().complete(text).await.into_iter().map(|(one, _)| one.label).collect()
}

/// As [`labels`], with the word about each.
async fn told(text: &str) -> Vec<String> {
    let suggestions = given().complete(text).await;
    let told = |one: SuggestionView| format!("{}: {}", one.label, one.detail.unwrap_or_default());
    suggestions.into_iter().map(|(one, _)| told(one)).collect()
}

/// The text after the first suggestion was taken.
async fn taken(text: &str) -> String {
    let suggestions = given().complete(text).await;
    suggestions.into_iter().next().map(|(_, text)| text).expect("a suggestion")
}

#[tokio::test]
async fn an_empty_place_offers_the_names_of_terms() {
    let all = labels("|").await;
    assert_eq!(all[..4], ["is:", "has:", "no:", "agent:"]);
    assert_eq!(labels("is:open |").await, all);
    assert_eq!(taken("is:open |").await, "is:open is:");
}

#[tokio::test]
async fn a_word_is_completed_to_a_name_or_to_a_term_that_has_it() {
    assert_eq!(labels("ag|").await, ["agent:"]);
    assert_eq!(taken("late ve|").await, "late version:");
    assert_eq!(taken("neg|").await, "is:negative ");
    assert_eq!(taken("supp|").await, "agent:support ");
    assert_eq!(taken("refund|").await, "agent:refund-check ");
    assert_eq!(taken("jan|").await, "user:\"Jane Doe\" ");
    assert_eq!(labels("zzz|").await, Vec::<String>::new());
    assert_eq!(labels("\"charged|").await, Vec::<String>::new());
}

#[tokio::test]
async fn values_are_those_in_the_cache_with_how_much_there_is() {
    assert_eq!(told("agent:|").await, ["support: Support chat · 3", "refund-check: 2"]);
    assert_eq!(
        told("version:|").await,
        ["3.2: 2 agents · 3", "3.1: support · 1", "3aaaaaaa: support · 1"]
    );
    assert_eq!(labels("agent:refund-check version:|").await, ["3.2"]);
    assert_eq!(labels("version:| agent:refund-check").await, ["3.2"]);
    assert_eq!(labels("model:gpt-4o-2|").await, ["gpt-4o-2024-08-06", "gpt-4o-2024-11-20"]);
    assert_eq!(labels("user:u|").await, ["u-17", "u-2"]);
    assert_eq!(labels("is:in|").await, ["incorrect"]);
    assert_eq!(labels("sort:|").await, ["newest", "oldest", "user", "version", "best"]);
}

#[tokio::test]
async fn a_user_named_none_is_not_the_one_without_a_name() {
    let suggestions = given().complete("user:n|").await;
    let taken: Vec<_> = suggestions.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(taken, ["user:none ", "user:\"none\" "]);
}

#[tokio::test]
async fn what_is_taken_takes_the_place_of_the_piece_the_caret_is_in() {
    assert_eq!(taken("👍 agent:su|p late").await, "👍 agent:support late");
    assert_eq!(taken("user:\"Jane D|").await, "user:\"Jane Doe\" ");
    assert_eq!(taken("agnet:refund-check|").await, "agent:refund-check ");
    assert_eq!(taken("before:yes|").await, "before:yesterday ");
    assert_eq!(taken("has:|").await, "has:comment ");
}

#[tokio::test]
async fn days_are_offered_with_their_date() {
    let shown = told("after:|").await;
    assert_eq!(shown[..2], ["today: Mon 23 Nov 2026", "yesterday: Sun 22 Nov 2026"]);
    assert!(shown.contains(&"tuesday: Tue 17 Nov 2026".to_owned()));
    assert_eq!(labels("after:2026|").await, ["2026-11-23", "2026-11-22"]);
}

#[tokio::test]
async fn a_caret_anywhere_is_answered() {
    let given = given();
    let text = "👍 agent:\"a 👍\" is:open \"x";
    for caret in 0..=text.encode_utf16().count() + 3 {
        let complete =
            app::command::CompleteFilter { connection: given.id, text: text.to_owned(), caret };
        let handled = app::command::Command::handle(complete, &given.desk).await;
        assert!(handled.is_ok(), "{caret}");
    }
}
