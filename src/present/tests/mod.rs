//! Pages made of small made-up releases.

mod small_programs;
mod words_of_pages;
mod world;

use super::model::{Block, Chart, ReportModel};
use super::{RestrictedLists, evaluator, leadership, researcher, restricted};
use world::{DEPARTMENT, GENDER, WINDOW, World, facts};

/// Every text of a page.
fn texts(page: &ReportModel) -> Vec<String> {
    let mut all = vec![page.title.clone(), page.kicker.clone(), page.headline.clone(), page.lede.clone()];
    all.extend(page.footer.iter().cloned());
    let table = |all: &mut Vec<String>, table: &super::model::Table| {
        all.push(table.caption.clone());
        all.extend(table.columns.iter().map(|column| column.heading.clone()));
        all.extend(table.rows.iter().flatten().map(|cell| cell.text.clone()));
    };
    for section in &page.sections {
        all.extend(section.heading.iter().chain(&section.subtitle).cloned());
        for block in &section.blocks {
            match block {
                Block::Paragraph(text) => all.push(text.clone()),
                Block::Cards(cards) => {
                    for card in cards {
                        all.extend(
                            [&card.heading, &card.number, &card.unit, &card.range, &card.verdict, &card.comparison].into_iter().cloned(),
                        );
                        all.extend(
                            card.spark.iter().flat_map(|spark| [spark.description.clone(), spark.first.clone(), spark.last.clone()]),
                        );
                    }
                }
                Block::Figure(figure) => {
                    all.extend([figure.title.clone(), figure.description.clone()]);
                    if let Chart::DotInterval { rows, reference, .. } = &figure.chart {
                        all.extend(rows.iter().flat_map(|row| [row.label.clone(), row.text.clone()]));
                        all.extend(reference.iter().map(|(_, label)| label.clone()));
                    }
                    table(&mut all, &figure.table);
                }
                Block::Table(one) => table(&mut all, one),
                Block::Numbered(items) => all.extend(items.iter().flat_map(|item| [item.lead.clone(), item.text.clone()])),
                Block::Bullets(items) => all.extend(items.iter().cloned()),
                Block::Definitions(terms) => all.extend(terms.iter().flat_map(|(term, text)| [term.clone(), text.clone()])),
            }
        }
    }
    all
}

fn section<'a>(page: &'a ReportModel, heading: &str) -> &'a super::model::Section {
    page.sections.iter().find(|section| section.heading.as_deref() == Some(heading)).expect("the section is on the page")
}

fn table<'a>(page: &'a ReportModel, caption: &str) -> &'a super::model::Table {
    let tables = page.sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
        Block::Table(table) => Some(table),
        Block::Figure(figure) => Some(&figure.table),
        _ => None,
    });
    tables.into_iter().find(|table| table.caption == caption).expect("the table is on the page")
}

fn headline(world: &World) -> String {
    leadership(&world.release(), &facts()).headline
}

#[test]
fn the_headline_says_what_the_verdicts_say() {
    let mut world = World::usual();
    assert_eq!(
        headline(&world),
        "Most mentees are satisfied with their mentors; Surgery needs attention, as does a difference by gender, and fewer relationships fail than the \
         year before"
    );
    world.results.rows.retain(|row| row.grouping != GENDER);
    world.change("failed_12_months", 0.04, (0.01, 0.08), (0.01, 0.08));
    world.change("satisfied", -0.08, (-0.14, -0.02), (-0.15, -0.01));
    assert_eq!(
        headline(&world),
        "Most mentees are satisfied with their mentors, fewer than the year before; Surgery needs attention, and more relationships fail than the year before"
    );
    world.change("goals_met", -0.09, (-0.16, -0.02), (-0.17, -0.01));
    assert!(headline(&world).ends_with(
        "; Surgery needs attention, fewer goals are met than the year before, and more relationships fail than the year before"
    ));
    world.results.rows.retain(|row| row.contrast != crate::analyze::Contrast::Gap);
    world.gap("satisfied", (DEPARTMENT, 0), -0.2, 0.1, 80);
    world.gap("satisfied", (DEPARTMENT, 1), -0.3, 0.1, 80);
    world.gap("satisfied", (DEPARTMENT, 3), -0.25, 0.1, 80);
    assert!(headline(&world).contains("; Pediatrics, Surgery and 1 more need attention, "), "{}", headline(&world));
}

#[test]
fn the_headline_admits_what_is_uncertain_or_hidden() {
    let mut world = World::usual();
    world.results.rows.retain(|row| row.contrast != crate::analyze::Contrast::Gap);
    for group in 0..4 {
        world.gap("satisfied", (DEPARTMENT, group), 0.02, 0.2, 80);
    }
    world.change("failed_12_months", -0.01, (-0.08, 0.06), (-0.09, 0.07));
    assert_eq!(
        headline(&world),
        "Most mentees are satisfied with their mentors; no department is clearly behind, and whether failures changed is too uncertain to say"
    );
    world.change("failed_12_months", 0.0, (-0.03, 0.03), (-0.04, 0.04));
    assert!(headline(&world).ends_with("and about as many relationships fail as the year before"));
    world.results.rows.iter_mut().for_each(|row| row.support.people = 4);
    let page = leadership(&world.release(), &facts());
    assert_eq!(page.headline, "Too few answers to show figures and protect the people behind them");
    assert!(page.sections.iter().any(|section| section.heading.as_deref() == Some("What is safe to say")));
    assert!(!texts(&page).iter().any(|text| text.contains("in 100 mentees")), "nothing is shown of a program this small");
}

#[test]
fn the_headline_follows_the_level_of_satisfaction() {
    let mut world = World::empty();
    for (estimate, people, words) in [
        (0.81, 240, "Most mentees are satisfied with their mentors"),
        (0.52, 240, "It is uncertain whether most mentees are satisfied with their mentors"),
        (0.30, 240, "Fewer than half of mentees are satisfied with their mentors"),
        (0.99, 60, "Most mentees are satisfied with their mentors"),
        (0.01, 60, "Fewer than half of mentees are satisfied with their mentors"),
        (0.50, 7, "Between a third and two thirds of mentees are satisfied with their mentors"),
        (0.90, 7, "Over two thirds of mentees are satisfied with their mentors"),
        (0.10, 7, "Under a third of mentees are satisfied with their mentors"),
    ] {
        world.results.rows.clear();
        world.level("satisfied", (WINDOW, 0, 0), estimate, 0.05, people);
        assert_eq!(headline(&world), words, "{estimate} of {people}");
    }
}

#[test]
fn the_lede_says_it_in_numbers() {
    let page = leadership(&World::usual().release(), &facts());
    assert_eq!(
        page.lede,
        "81 in 100 mentees were satisfied with their mentor and 62 in 100 goals that came due were met (October 2025 to September 2026). 7 in 100 \
         relationships fail within 12 months of their start, fewer than the year before, by about 4 points (1 to 8). In Surgery, 58 in 100 mentees are \
         satisfied: lower than everyone else, by about 26 points (14 to 38). “Protected mentoring hour” helped."
    );
}

#[test]
fn cards_name_the_comparison_and_its_range() {
    let page = leadership(&World::usual().release(), &facts());
    let Block::Cards(cards) = &page.sections[0].blocks[0] else { panic!("cards come first") };
    let said = |place: usize| {
        format!(
            "{} {} | {} | {} {}",
            cards[place].number, cards[place].unit, cards[place].range, cards[place].verdict, cards[place].comparison
        )
    };
    assert_eq!(
        said(0),
        "81 in 100 mentees | Plausible range 75 to 87 · about 300 mentees | Too uncertain to say whether it differs from the year before (▲ 3 points; −5 to +11)"
    );
    assert_eq!(
        said(1),
        "62 in 100 goals | Plausible range 55 to 69 · about 280 people | Higher than the year before, by about 9 points (1 to 17)"
    );
    assert_eq!(
        said(2),
        "7 in 100 over 12 months | Plausible range 5 to 9 · about 320 people | Lower than the year before, by about 4 points (1 to 8)"
    );
    let spark = cards[0].spark.as_ref().expect("eight quarters are shown");
    assert_eq!((spark.first.as_str(), spark.last.as_str(), spark.values.len()), ("77", "81", 8));
}

#[test]
fn targets_are_judged_by_the_range() {
    let mut facts = facts();
    for (target, words) in [(0.75, "Target 75: reached"), (0.8, "Target 80: within range"), (0.9, "Target 90: missed")] {
        facts.targets.insert("satisfied".into(), target);
        let page = leadership(&World::usual().release(), &facts);
        assert!(texts(&page).iter().any(|text| text.ends_with(words)), "{words}");
    }
}

#[test]
fn hidden_groups_keep_their_row_and_say_why() {
    let mut world = World::usual();
    for row in &mut world.results.rows {
        if row.grouping == DEPARTMENT && matches!(row.group, 0 | 2) {
            row.support.people = 3;
        }
    }
    let page = leadership(&world.release(), &facts());
    let figure = page.sections.iter().flat_map(|section| &section.blocks).find_map(|block| match block {
        Block::Figure(figure) => Some(figure),
        _ => None,
    });
    let Some(Chart::DotInterval { rows, .. }) = figure.map(|figure| &figure.chart) else { panic!("departments are drawn") };
    assert_eq!(rows.iter().map(|row| row.label.as_str()).collect::<Vec<_>>(), world::DEPARTMENTS);
    let hidden: Vec<_> = rows.iter().filter(|row| row.mark.is_none()).collect();
    assert_eq!(hidden.iter().map(|row| row.label.as_str()).collect::<Vec<_>>(), ["Medicine", "Psychiatry"]);
    assert!(hidden.iter().all(|row| row.text == "not shown: too few answers to protect people"));
    assert_eq!(rows.iter().filter(|row| row.flagged).map(|row| row.label.as_str()).collect::<Vec<_>>(), ["Surgery"]);
}

#[test]
fn what_is_hidden_leaves_no_trace_on_released_pages() {
    let hide = |estimate: f64| {
        let mut world = World::usual();
        for row in world.results.rows.iter_mut().filter(|row| row.grouping == DEPARTMENT && row.group >= 2) {
            row.support.people = 3;
            if let Ok(value) = &mut row.value {
                value.estimate = estimate;
                value.interval = Some((estimate - 0.01, estimate + 0.01));
            }
        }
        let release = world.release();
        (leadership(&release, &facts()), evaluator(&release, &facts()), researcher(&release, &facts(), &[]))
    };
    assert_eq!(hide(0.123), hide(0.987));
}

#[test]
fn where_to_look_prints_its_criteria_and_at_most_three() {
    let page = leadership(&World::usual().release(), &facts());
    let look = section(&page, "Where to look");
    let Block::Numbered(items) = &look.blocks[0] else { panic!("there is something to look at") };
    let leads: Vec<_> = items.iter().map(|item| item.lead.as_str()).collect();
    assert_eq!(leads, ["Surgery, satisfaction.", "Women (gender), satisfaction."]);
    assert_eq!(
        items[0].text,
        "58 in 100 against 81 in 100 in the whole program; lower than everyone else, by about 26 points (14 to 38). Also behind in goals met."
    );
    let criteria = page.footer.iter().find(|line| line.starts_with("Where to look lists")).expect("criteria are printed");
    assert!(criteria.contains("at least 10 points (5 points for relationships that fail)"), "{criteria}");
}

#[test]
fn questions_follow_from_what_was_found() {
    let page = leadership(&World::usual().release(), &facts());
    let Block::Numbered(items) = &section(&page, "Questions for the meeting").blocks[0] else { panic!("questions are listed") };
    assert_eq!(items[0].text, "Could Surgery adopt “Protected mentoring hour”, which helped in Pediatrics?");
    assert!((2..=3).contains(&items.len()));
}

#[test]
fn actions_have_four_verdicts() {
    let mut world = World::usual();
    world.action("Matching by topic", &["Surgery"], Some((-0.01, (-0.09, 0.07))));
    world.action("Fewer meetings", &["Surgery"], Some((-0.2, (-0.3, -0.1))));
    let page = leadership(&world.release(), &facts());
    let rows = &table(&page, "Each change against what happened over the same time where it was not made").rows;
    let verdicts: Vec<_> = rows.iter().map(|row| row[4].text.as_str()).collect();
    assert_eq!(verdicts, ["Helped", "Cannot be told: no comparison group", "No clear change yet", "Made it worse"]);
    assert_eq!(rows[0][3].text, "+11 points (+4 to +18)");
    assert_eq!(rows[0][1].text, "Pediatrics · January 2026");
}

#[test]
fn causes_are_ranked_by_what_is_published() {
    let page = leadership(&World::usual().release(), &facts());
    let headings: Vec<_> = page.sections.iter().filter_map(|section| section.heading.as_deref()).collect();
    assert!(
        headings
            .contains(&"Why relationships failed: mentees most often name “Mentor is not available”, mentors “Mentee comes unprepared”"),
        "{headings:?}"
    );
}

#[test]
fn failures_are_counted_and_placed() {
    let mut world = World::usual();
    let about = |world: &World| {
        let page = leadership(&world.release(), &facts());
        let section = page.sections.into_iter().find(|section| {
            section.heading.as_deref().is_some_and(|heading| heading.contains("relationships failed") && !heading.starts_with("Why"))
        });
        let section = section.expect("failures have a section");
        let [Block::Paragraph(text)] = section.blocks.as_slice() else { panic!("it is said in words") };
        (section.heading.unwrap_or_default(), text.clone())
    };
    let (heading, text) = about(&world);
    assert_eq!(heading, "About 35 relationships failed: less often than the year before");
    assert!(text.ends_with("There are too few relationships to tell for whom they fail more often."), "{text}");
    world.gap("failed_12_months", (DEPARTMENT, 3), 0.02, 0.06, 80);
    assert!(about(&world).1.contains("In no group do relationships clearly fail more often"));
    world.results.rows.retain(|row| row.metric.id != "failed_12_months" || row.grouping == 0);
    world.level("failed_12_months", (WINDOW, DEPARTMENT, 3), 0.2, 0.05, 80);
    world.gap("failed_12_months", (DEPARTMENT, 3), 0.15, 0.06, 80);
    let (_, text) = about(&world);
    assert!(text.contains("Surgery (department): 20 in 100 fail within 12 months, higher than elsewhere, by about 15 points"), "{text}");
}

#[test]
fn the_restricted_edition_is_exact_and_marked() {
    let lists = RestrictedLists { sections: vec![("Failed".into(), vec!["Pair".into()], vec![vec!["P1".into()]])] };
    let page = restricted(&World::usual().results, &facts(), &lists, Vec::new());
    assert!(page.confidential);
    let surgery = &table(&page, "Satisfied with their mentor, by department, October 2025 to September 2026").rows[3];
    let cells: Vec<_> = surgery.iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(cells[..7], ["Surgery", "58.0%", "50.0 to 66.0", "80", "80", "80", "4"]);
    assert_eq!(cells[8..], ["−26.0", "−38.0 to −14.0", "−38.0 to −14.0", "0.010", "0.020"]);
    assert_eq!(table(&page, "Failed").rows[0][0].text, "P1");
    assert_eq!(table(&page, "Answers to surveys, all periods").rows[0][1].text, "1\u{2009}234");
}

#[test]
fn tables_are_even() {
    let world = World::usual();
    let release = world.release();
    let pages = [
        leadership(&release, &facts()),
        evaluator(&release, &facts()),
        researcher(&release, &facts(), &[]),
        restricted(&world.results, &facts(), &RestrictedLists::default(), Vec::new()),
    ];
    for block in pages.iter().flat_map(|page| &page.sections).flat_map(|section| &section.blocks) {
        let (Block::Table(table) | Block::Figure(super::model::Figure { table, .. })) = block else { continue };
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.caption);
    }
}
