//! LimeSurvey: headings as codes, codes with texts, and texts; answers as codes and in full. All cells are quoted.

use mentorscope::program::instrument::ItemKind;

use super::model::{Answer, Response, Survey};
use super::table::{COMMA, Cell, Quotes, Style, iso, text, texts};
use super::writing::{As, Export, headings, is_ticked, rows, single};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    Code,
    CodeAndText,
    Text,
}

const OWN: [(&str, &str); 8] = [
    ("id", "Response ID"),
    ("submitdate", "Date submitted"),
    ("lastpage", "Last page"),
    ("startlanguage", "Start language"),
    ("seed", "Seed"),
    ("token", "Access code"),
    ("startdate", "Date started"),
    ("datestamp", "Date last action"),
];

pub fn codes(survey: &Survey) -> Export {
    write(survey, Head::Code, As::Codes, ',')
}

pub fn codes_and_texts(survey: &Survey) -> Export {
    write(survey, Head::CodeAndText, As::Codes, ';')
}

pub fn full(survey: &Survey) -> Export {
    write(survey, Head::Text, As::Labels, ';')
}

pub fn codes_and_full_answers(survey: &Survey) -> Export {
    write(survey, Head::CodeAndText, As::Labels, ',')
}

fn write(survey: &Survey, head: Head, how: As, delimiter: char) -> Export {
    let name = |code: &str, text: &str| match head {
        Head::Code => code.to_owned(),
        Head::CodeAndText => format!("{code}. {text}"),
        Head::Text => text.to_owned(),
    };
    // Codes of questions are letters and digits.
    let bare = |id: &str| id.replace('_', "");
    let asked = headings(
        survey,
        |item, text| name(&bare(&item.id), text),
        |item, text, code, label| name(&format!("{}[SQ{code:03}]", bare(&item.id)), &format!("{text} [{label}]")),
    );
    let own = OWN.map(|(code, text)| name(code, text));
    let header = texts(own.into_iter().chain([name("pairid", "Code of your pair")]).chain(asked));
    let table = rows(survey, vec![header], |number, response| {
        let submitted = if response.finished { iso(response.end) } else { String::new() };
        let page = if response.finished { "5" } else { "2" };
        let own = [&number.to_string(), &submitted, page, "en", "1730418", &response.person, &iso(response.start), &iso(response.end)];
        [texts(own), vec![text(response.pair.clone())], answers(survey, response, how)].concat()
    });
    let style = Style { delimiter, quotes: Quotes::All, line_end: "\r\n", bom: true, ..COMMA };
    let mut bytes = style.bytes(&table);
    bytes.extend(b"\r\n");
    let pair = if head == Head::Text { "Code of your pair" } else { "pairid" };
    let person = if head == Head::Text { "Access code" } else { "token" };
    Export::new("csv", bytes, &[("person", person), ("pair", pair)])
}

/// In full answers a choice that was not shown, or not reached, is `N/A`; a question with one answer is blank then.
fn answers(survey: &Survey, response: &Response, how: As) -> Vec<Cell> {
    let mut out = Vec::new();
    for (position, (item, answer)) in survey.instrument.items.iter().zip(&response.answers).enumerate() {
        let shown = position < response.reached && *answer != Answer::Hidden;
        if item.kind != ItemKind::Multiple {
            out.push(single(item, answer, how));
            continue;
        }
        out.extend(item.choices.iter().map(|choice| match (how, shown, is_ticked(answer, choice.code)) {
            (As::Labels, false, _) => text("N/A"),
            (As::Labels, true, chosen) => text(if chosen { "Yes" } else { "No" }),
            (As::Codes, _, chosen) => text(if chosen { "Y" } else { "" }),
        }));
    }
    out
}
