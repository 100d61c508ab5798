use super::*;
use proptest::prelude::*;

#[test]
fn units_of_something_else_are_told() {
    let error = Mass::parse("150 m3").unwrap_err();
    assert_eq!(error.to_string(), "\"150 m3\" is not a mass: \"m3\" is a unit of volume");
    assert_eq!(
        error.remedy(),
        "write what it weighs: at 1.2 t/m3, say, that is \"180 t\"; units of a mass: t, kg, kt"
    );
    let error = Speed::parse("10 h").unwrap_err();
    assert_eq!(error.to_string(), "\"10 h\" is not a speed: \"h\" is a unit of duration");
    assert!(error.remedy().contains("kn"), "{}", error.remedy());
}

#[test]
fn figures_are_never_rounded_to_nothing() {
    let told = [0.17, 0.0, 9.94, 9.96, 81.4, 0.000_123, 1.5, -0.2].map(figures);
    assert_eq!(told, ["0.17", "0", "9.94", "10", "81", "0.000123", "1.5", "-0.2"]);
}

#[test]
fn reads_quantities_in_every_unit() {
    assert_eq!(Length::parse("2.5 m"), Ok(Length::of_metres(2.5)));
    assert_eq!(Length::parse("1NM"), Ok(Length::of_metres(1852.0)));
    assert_eq!(Rate::parse("24 t/d"), Ok(Rate::of_tonnes_per_hour(1.0)));
    assert_eq!(Span::parse("1 d 12 h"), Ok(Span::of_hours(36)));
    assert_eq!(Span::parse("1.5d"), Ok(Span::of_hours(36)));
    assert_eq!(Share::parse("50 %"), Ok(Share::of_one(0.5)));
    assert_eq!(Share::parse("5000 ppm"), Share::parse("0.5 %"));
    assert_eq!(Share::of_one(0.25).to_string(), "25 %");
    assert_eq!(Money::parse("2.5e5 USD/d", true).map(|m| m.amount), Some(250_000.0));
}

#[test]
fn a_bare_number_is_refused_with_a_hint() {
    let error = Length::parse("2.5").unwrap_err();
    assert_eq!(error.to_string(), "\"2.5\" has no unit");
    assert!(error.remedy().starts_with("write \"2.5 m\""), "{}", error.remedy());
    let share = |text| Share::parse(text).unwrap_err().remedy();
    assert_eq!(share("5000"), "write \"5000 %\" or \"5000 ppm\", whichever is meant");
    assert_eq!(share("0.07"), "write \"7 %\" if that part of the whole is meant; units of a share: %, ppm");
    assert_eq!(share("7 PPM"), "write \"ppm\" (capitals matter)");
    assert_eq!(share("7 ppb"), "units of a share: %, ppm");
}

#[test]
fn wrong_units_name_the_right_ones() {
    let error = Speed::parse("10 KN").unwrap_err();
    assert_eq!(error.to_string(), "\"KN\" is not a unit of speed");
    assert_eq!(error.remedy(), "write \"kn\" (capitals matter)");
    assert!(Span::parse("3 m").unwrap_err().remedy().contains("min"));
    assert_eq!(Flow::parse("48 m3/d").unwrap().cubic_metres_per_hour(), 2.0);
    assert_eq!(Dose::parse(" 2.5m3/t ").unwrap().cubic_metres_per_tonne(), 2.5);
    assert!(Dose::parse("3 m3").unwrap_err().remedy().contains("m3/t"));
    assert!(Dose::parse("3 t 4 m3/t").is_err() && Dose::parse("m3/t").is_err());
}

#[test]
fn nonsense_is_refused() {
    for text in ["", "m", "- m", "1e999 m", "1e10 m", "NaN m", "inf m", "2 m 3 m", "１ m", "2..5 m"] {
        assert!(Length::parse(text).is_err(), "{text:?}");
    }
    for text in ["0.0001 s", "1e30 h", "1 d 12"] {
        assert!(Span::parse(text).is_err(), "{text:?}");
    }
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(metres in -1e9..1e9f64, seconds in -1_000_000_000i64..1_000_000_000) {
        prop_assert_eq!(Length::parse(&Length::of_metres(metres).to_string()), Ok(Length::of_metres(metres)));
        prop_assert_eq!(Span::parse(&Span::of_seconds(seconds).to_string()), Ok(Span::of_seconds(seconds)));
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,40}") {
        let _ = (Length::parse(&text), Span::parse(&text), Money::parse(&text, true));
    }
}
