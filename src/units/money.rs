//! Money: an amount in a currency, perhaps for each day or tonne.
//!
//! In: text such as `"250000 USD/d"`. Out: [`Money`], or what is wrong with it and what to write.
//! mudline knows no rates of exchange; only times and masses are converted, and only in hints.

use super::number_length;

/// Money: an amount and the three letters of its currency, perhaps per day or per tonne.
#[derive(Debug, Clone, PartialEq)]
pub struct Money {
    /// How much.
    pub amount: f64,
    /// ISO 4217 letters, such as `USD`.
    pub currency: String,
}

impl Money {
    /// Reads `"250000 USD"`, or `"250000 USD/d"` when `per_day`.
    pub fn parse(text: &str, per_day: bool) -> Option<Money> {
        Money::parse_per(text, if per_day { "/d" } else { "" })
    }

    /// Reads an amount for each of something, such as `"40 USD/t"` with `per` as `"/t"`.
    pub fn parse_per(text: &str, per: &str) -> Option<Money> {
        let text = text.trim();
        let number_end = number_length(text);
        let amount: f64 = text[..number_end].parse().ok()?;
        let unit = text[number_end..].trim();
        let letters = unit.strip_suffix(per)?.trim();
        (letters.len() == 3 && letters.bytes().all(|b| b.is_ascii_uppercase()) && amount.is_finite())
            .then(|| Money { amount, currency: letters.to_owned() })
    }
}

/// Why a text is no amount of money for each of something, and what to write: `per` and `example` as in [`Money::parse_per`].
pub fn money_fault(text: &str, per: &str, example: &str) -> (String, String) {
    let text = text.trim();
    let usual = format!("write a number and the three letters of its currency: \"{example}\"");
    let (number, unit) = text.split_at(number_length(text));
    let unit = unit.trim();
    let letters: String = unit.chars().take(3).collect();
    let after = unit.get(letters.len()..).unwrap_or_default().trim();
    let is_money = letters.len() == 3 && letters.bytes().all(|b| b.is_ascii_uppercase());
    let Some(amount) = number.parse::<f64>().ok().filter(|amount| amount.is_finite() && is_money) else {
        return (format!("{text:?} is no such amount"), usual);
    };
    let message = match after {
        "" => {
            format!("{text:?} does not say for how long or for what: an amount {} is needed here", words(per))
        }
        _ => format!("{text:?} is an amount {}, and one {} is needed here", words(after), words(per)),
    };
    // From one time to another it is plain; from a time to a tonne, or to all of it, it is not.
    let hours = |per: &str| match per {
        "/h" => Some(1.0),
        "/d" => Some(24.0),
        "/week" => Some(168.0),
        _ => None,
    };
    let (rate, rest) = per.strip_prefix("/t").map_or((per, ""), |rest| (rest, "/t"));
    let written = after.strip_prefix(rest).unwrap_or(after);
    let mass = |per: &str| if per == "/kg" { Some(1000.0) } else { None };
    let factor = match (hours(rate), hours(written)) {
        (Some(needed), Some(given)) => Some(needed / given),
        _ => mass(after).filter(|_| per == "/t"),
    };
    match factor {
        Some(factor) => (message, format!("that is \"{} {letters}{per}\"", amount * factor)),
        None => (message, usual),
    }
}

/// For what an amount is, in words.
fn words(per: &str) -> String {
    match per {
        "" => "in all".to_owned(),
        "/h" => "per hour".to_owned(),
        "/d" => "per day".to_owned(),
        "/week" => "per week".to_owned(),
        "/t" => "per tonne".to_owned(),
        "/kg" => "per kilogram".to_owned(),
        "/t/h" => "per tonne and hour".to_owned(),
        "/t/d" => "per tonne and day".to_owned(),
        other => format!("for each {:?}", other.trim_start_matches('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_for_another_time_is_converted() {
        let told = |text: &str, per: &str| money_fault(text, per, "18000 USD/d");
        let (message, help) = told("18000 USD/h", "/d");
        assert_eq!(message, "\"18000 USD/h\" is an amount per hour, and one per day is needed here");
        assert_eq!(help, "that is \"432000 USD/d\"");
        assert_eq!(told("7 USD/week", "/d").1, "that is \"1 USD/d\"");
        assert_eq!(told("1 USD/t/h", "/t/d").1, "that is \"24 USD/t/d\"");
        assert_eq!(told("2 USD/kg", "/t").1, "that is \"2000 USD/t\"");
        assert!(told("18000 USD", "/d").0.contains("does not say for how long"));
        for (text, per) in
            [("18000 USD", "/d"), ("5 USD/d", "/t"), ("5 USD/t", ""), ("usd 5", "/d"), ("", "/d")]
        {
            assert!(told(text, per).1.starts_with("write a number"), "{text}");
        }
    }
}
