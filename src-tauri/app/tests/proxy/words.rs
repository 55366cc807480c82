//! What a person must be told about each fault. A sentence may be put in another way; what it says may not be left out.

use app::wire::{ErrorCode, ErrorView};

/// What an error must say.
pub(crate) struct Words {
    pub(crate) code: ErrorCode,
    pub(crate) title: &'static [&'static str],
    pub(crate) action: &'static [&'static str],
    /// Whether trying again later can help.
    pub(crate) retry: bool,
}

impl Words {
    pub(crate) fn check(&self, error: &ErrorView, key: &str, when: &str) {
        let all = format!("{error:?}");
        assert_eq!(error.code, self.code, "{when}: {all}");
        assert_eq!(error.retry, self.retry, "{when}: {all}");
        for words in self.title {
            assert!(error.title.contains(words), "{when}: no {words:?} in the title of {all}");
        }
        for words in self.action {
            assert!(error.action.contains(words), "{when}: no {words:?} in the action of {all}");
        }
        assert!(error.meaning.contains("nothing was lost"), "{when}: {all}");
        for sentence in [&error.title, &error.meaning, &error.action] {
            assert!(sentence.ends_with('.'), "{when}: {sentence:?} is no sentence");
        }
        // What the proxy said, and the key, are nobody's business.
        for private in [key, "wai-", "<html>", "Sign in", "http://127.0.0.1"] {
            let allowed = private == "http://127.0.0.1" && error.title.contains("redirects");
            assert!(allowed || !all.contains(private), "{when}: {private} in {all}");
        }
    }
}

pub(crate) const UNREACHED: Words = Words {
    code: ErrorCode::Offline,
    title: &["could not be reached"],
    action: &["network", "tries again by itself"],
    retry: true,
};
pub(crate) const REFUSED: Words =
    Words { title: &["could not be reached", "nothing answers at its address"], ..UNREACHED };
pub(crate) const BROKEN: Words =
    Words { title: &["could not be reached", "the connection broke"], ..UNREACHED };
pub(crate) const TOO_SLOW: Words = Words { title: &["took longer than"], ..UNREACHED };
pub(crate) const WAIT: Words = Words {
    code: ErrorCode::Other,
    title: &["asks to wait 2 min before the next request"],
    action: &["by itself"],
    retry: true,
};
pub(crate) const FEWER: Words = Words { title: &["asks for fewer requests"], ..WAIT };
pub(crate) const FAILED: Words = Words {
    code: ErrorCode::Other,
    title: &["The server failed", "500"],
    action: &["tell whoever runs it"],
    retry: true,
};
pub(crate) const GATEWAY: Words =
    Words { title: &["proxy", "could not reach the server", "502"], ..FAILED };
pub(crate) const STRANGER: Words = Words {
    code: ErrorCode::Other,
    title: &["What answers at this address is not a WorkflowAI server"],
    action: &["login page", "proxy", "address"],
    retry: true,
};
pub(crate) const NOT_UNDERSTOOD: Words = Words {
    code: ErrorCode::Other,
    title: &["was not understood"],
    action: &["proxy", "update Upshot"],
    retry: true,
};
pub(crate) const EXPIRED: Words = Words {
    code: ErrorCode::KeyRefused,
    title: &["does not accept this key"],
    action: &["expired", "Settings"],
    retry: false,
};
pub(crate) const ELSEWHERE: Words = Words {
    code: ErrorCode::Other,
    title: &["redirects to http://"],
    action: &["If that is its new address"],
    retry: false,
};
