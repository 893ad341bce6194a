//! What kind of machine a visitor uses, as far as its user agent tells.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    Desktop,
    Mobile,
    Tablet,
    /// A crawler, a monitor or a script: kept apart by reports.
    Bot,
    Other,
}

/// In lower case. Browsers have none of them; whoever fetches pages by program usually has one.
const BOT_MARKS: [&str; 18] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "headless",
    "curl/",
    "wget/",
    "python",
    "go-http-client",
    "java/",
    "okhttp",
    "axios",
    "node",
    "reqwest",
    "monitor",
    "preview",
    "facebookexternalhit",
    "lighthouse",
];

impl Device {
    /// A request without a user agent comes from a program.
    pub fn of_user_agent(user_agent: &str) -> Self {
        let text = user_agent.to_ascii_lowercase();
        let has = |mark: &str| text.contains(mark);
        // A make of telephones has the word for robots in its name.
        let is_program = BOT_MARKS.iter().any(|mark| has(mark)) && !has("cubot");
        if text.is_empty() || is_program {
            return Self::Bot;
        }
        // Tablets with Android leave out the word that telephones have.
        if has("ipad") || has("tablet") || (has("android") && !has("mobile")) {
            return Self::Tablet;
        }
        if has("mobile") || has("iphone") || has("ipod") {
            return Self::Mobile;
        }
        let is_desktop = ["windows", "macintosh", "linux", "x11", "cros"].into_iter().any(has);
        if is_desktop { Self::Desktop } else { Self::Other }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Mobile => "mobile",
            Self::Tablet => "tablet",
            Self::Bot => "bot",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_agents_are_told_apart() {
        for (user_agent, device) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
                Device::Desktop,
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Device::Desktop),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148 Safari/604.1", Device::Mobile),
            ("Mozilla/5.0 (Linux; Android 16; Pixel 9) Chrome/140.0 Mobile Safari/537.36", Device::Mobile),
            ("Mozilla/5.0 (Linux; Android 16; SM-X200) Chrome/140.0 Safari/537.36", Device::Tablet),
            ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Mobile/15E148", Device::Tablet),
            ("Mozilla/5.0 (compatible; SomeBot/2.1; +http://bot.example)", Device::Bot),
            ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0", Device::Bot),
            ("curl/8.9.1", Device::Bot),
            ("", Device::Bot),
            ("SomeTelevision/1.0", Device::Other),
            ("Mozilla/5.0 (Linux; Android 14; CUBOT P80) Chrome/140.0 Mobile Safari/537.36", Device::Mobile),
        ] {
            assert_eq!(Device::of_user_agent(user_agent), device, "{user_agent}");
        }
        assert_eq!(serde_json::to_value(Device::Tablet).expect("json"), Device::Tablet.name());
    }
}
