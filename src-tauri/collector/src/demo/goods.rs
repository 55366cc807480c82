//! What the shop sells, as its customers name it. Prices in euro cents.

use rand::rngs::StdRng;

use super::words::pick;

/// An article and its price.
#[derive(Debug, Clone, Copy)]
pub(super) struct Article {
    /// Names in en, de, fr, nl, es, it.
    names: [&'static str; 6],
    pub(super) cents: i64,
    pub(super) sku: &'static str,
}

impl Article {
    /// The brand alone where the shop has no words of that language.
    pub(super) fn name(&self, lang: &str) -> &'static str {
        let at = ["en", "de", "fr", "nl", "es", "it"].iter().position(|known| *known == lang);
        match at {
            Some(at) => self.names[at],
            None => brand(self.names[0]),
        }
    }
}

pub(super) fn any(rng: &mut StdRng) -> Article {
    pick(&ARTICLES, rng).copied().unwrap_or(ARTICLES[0])
}

/// An article the scenario makes sense with: nobody sends a stove back because it is too small.
pub(super) fn fitting(scenario: &str, rng: &mut StdRng) -> Article {
    let kinds: &[&str] = match scenario {
        "wrong_size" | "exchange" => &["ST-", "NU-", "LO-", "SI-", "RE-", "BL-", "HA-", "MY-"],
        "second_pair" => &["ST-", "LO-", "MY-", "VA-"],
        "zip" => &["NU-", "RE-", "BL-", "HA-", "FJ-", "DU-", "TI-"],
        "damaged" => &["ST-", "NU-", "LO-", "SI-", "RE-", "HA-", "FJ-", "TI-"],
        "pack" => &["DU-"],
        _ => return any(rng),
    };
    let open: Vec<Article> = ARTICLES
        .into_iter()
        .filter(|article| kinds.iter().any(|kind| article.sku.starts_with(kind)))
        .collect();
    pick(&open, rng).copied().unwrap_or(ARTICLES[0])
}

/// Another article.
pub(super) fn other_than(article: Article, rng: &mut StdRng) -> Article {
    let open: Vec<Article> =
        ARTICLES.into_iter().filter(|other| other.sku != article.sku).collect();
    pick(&open, rng).copied().unwrap_or(ARTICLES[0])
}

#[rustfmt::skip]
const ARTICLES: [Article; 18] = [
    Article { names: ["Storfjell GTX boots", "Storfjell-GTX-Wanderstiefel", "chaussures Storfjell GTX", "Storfjell GTX-wandelschoenen", "botas Storfjell GTX", "scarponi Storfjell GTX"], cents: 18_990, sku: "ST-1140" },
    Article { names: ["Tindra 65 rucksack", "Tindra-65-Rucksack", "sac à dos Tindra 65", "Tindra 65-rugzak", "mochila Tindra 65", "zaino Tindra 65"], cents: 16_900, sku: "TI-0650" },
    Article { names: ["Nuuk parka", "Nuuk-Parka", "parka Nuuk", "Nuuk-parka", "parka Nuuk", "parka Nuuk"], cents: 24_950, sku: "NU-2201" },
    Article { names: ["Lomma trail shoes", "Lomma-Trailschuhe", "chaussures de trail Lomma", "Lomma-trailschoenen", "zapatillas de trail Lomma", "scarpe da trail Lomma"], cents: 11_990, sku: "LO-0312" },
    Article { names: ["Fjelltopp 2 tent", "Fjelltopp-2-Zelt", "tente Fjelltopp 2", "Fjelltopp 2-tent", "tienda Fjelltopp 2", "tenda Fjelltopp 2"], cents: 34_900, sku: "FJ-0020" },
    Article { names: ["Sisu merino base layer", "Sisu-Merinoshirt", "sous-vêtement mérinos Sisu", "Sisu merinoshirt", "camiseta de merino Sisu", "maglia in merino Sisu"], cents: 6_490, sku: "SI-4410" },
    Article { names: ["Duvet 600 sleeping bag", "Duvet-600-Schlafsack", "sac de couchage Duvet 600", "Duvet 600-slaapzak", "saco de dormir Duvet 600", "sacco a pelo Duvet 600"], cents: 21_900, sku: "DU-0600" },
    Article { names: ["Kvikk stove", "Kvikk-Kocher", "réchaud Kvikk", "Kvikk-brander", "hornillo Kvikk", "fornello Kvikk"], cents: 4_990, sku: "KV-0007" },
    Article { names: ["Regnbue rain jacket", "Regnbue-Regenjacke", "veste de pluie Regnbue", "Regnbue-regenjas", "chubasquero Regnbue", "giacca antipioggia Regnbue"], cents: 13_995, sku: "RE-1800" },
    Article { names: ["Stein 6 crampons", "Stein-6-Steigeisen", "crampons Stein 6", "Stein 6-stijgijzers", "crampones Stein 6", "ramponi Stein 6"], cents: 8_990, sku: "SN-0006" },
    Article { names: ["Vandre trekking poles", "Vandre-Trekkingstöcke", "bâtons Vandre", "Vandre-wandelstokken", "bastones Vandre", "bastoncini Vandre"], cents: 7_490, sku: "VA-0120" },
    Article { names: ["Lys 400 headlamp", "Lys-400-Stirnlampe", "lampe frontale Lys 400", "Lys 400-hoofdlamp", "frontal Lys 400", "frontale Lys 400"], cents: 5_990, sku: "LY-0400" },
    Article { names: ["Blåbær kids' fleece", "Blåbær-Kinderfleece", "polaire enfant Blåbær", "Blåbær-kinderfleece", "forro polar infantil Blåbær", "pile bambino Blåbær"], cents: 3_990, sku: "BL-0098" },
    Article { names: ["Elv 1L bottle", "Elv-1L-Flasche", "gourde Elv 1L", "Elv 1L-fles", "botella Elv 1L", "borraccia Elv 1L"], cents: 2_490, sku: "EL-0100" },
    Article { names: ["Skare snowshoes", "Skare-Schneeschuhe", "raquettes Skare", "Skare-sneeuwschoenen", "raquetas Skare", "ciaspole Skare"], cents: 15_990, sku: "SK-2500" },
    Article { names: ["Lett sit mat", "Lett-Sitzkissen", "coussin Lett", "Lett-zitmatje", "esterilla Lett", "tappetino Lett"], cents: 1_290, sku: "LE-0012" },
    Article { names: ["Havn softshell trousers", "Havn-Softshellhose", "pantalon softshell Havn", "Havn-softshellbroek", "pantalón softshell Havn", "pantaloni softshell Havn"], cents: 10_900, sku: "HA-0510" },
    Article { names: ["Myr gaiters", "Myr-Gamaschen", "guêtres Myr", "Myr-slobkousen", "polainas Myr", "ghette Myr"], cents: 4_490, sku: "MY-0030" },
];

/// The words with a capital or a figure: `Tindra 65` of `Tindra 65 rucksack`.
fn brand(name: &'static str) -> &'static str {
    let small = name
        .split(' ')
        .skip(1)
        .find(|word| word.starts_with(|c: char| c.is_lowercase()))
        .and_then(|word| name.find(&format!(" {word}")));
    small.map_or(name, |at| &name[..at])
}
