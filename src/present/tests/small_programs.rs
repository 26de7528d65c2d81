//! Pages of programs that are too small for most figures.

use super::super::model::{Block, ReportModel};
use super::world::{DEPARTMENT, GENDER, WINDOW, World, facts, window};
use super::{section, texts};
use crate::present::{Facts, evaluator, leadership, researcher};

/// The usual program with so many people behind every figure, and in groups too few.
fn small(people: u64) -> World {
    let mut world = World::usual();
    world.results.rows.iter_mut().for_each(|row| row.support.people = if row.grouping == 0 { people } else { 3 });
    world
}

/// The usual program with one department hidden.
fn partly() -> World {
    let mut world = World::usual();
    world.results.rows.iter_mut().filter(|row| row.grouping == DEPARTMENT && row.group == 2).for_each(|row| row.support.people = 3);
    world
}

fn page(world: &World) -> ReportModel {
    leadership(&world.release(), &facts())
}

fn says(page: &ReportModel, words: &str) -> bool {
    texts(page).iter().any(|text| text.contains(words))
}

#[test]
fn a_small_program_reads_sentences_and_no_empty_table() {
    for people in [4, 7, 20] {
        let mut world = small(people);
        world.results.actions.clear();
        world.results.rows.retain(|row| !matches!(row.contrast, crate::analyze::Contrast::Effect { .. }));
        world.action("Mentor feedback workshop", &[], None);
        world.action("Protected mentoring hour", &["Pediatrics"], None);
        let page = page(&world);
        let blocks = || page.sections.iter().flat_map(|section| &section.blocks);
        assert!(!blocks().any(|block| matches!(block, Block::Table(_))), "{people}: a table of nothing");
        assert!(!texts(&page).iter().any(|text| text == "c" || text == "Not shown" || text == "none"), "{people}: a blank");
        assert!(says(&page, "Protected mentoring hour: Pediatrics, since January 2026."), "{people}");
        assert!(says(&page, "one as long would end on September 30, 2027"), "{people}: when more can be shown");
        assert!(says(&page, "at least 5 people"), "{people}: why");
        assert!(says(&page, "satisfaction by department"), "{people}: what");
        assert!(says(&page, "merge in program.toml"), "{people}: what to do");
    }
}

#[test]
fn how_many_relationships_there_are_is_said_only_where_it_is_published() {
    assert!(says(&page(&small(20)), "About 260 relationships were open on the last day of July to September 2026."));
    let hidden = page(&small(7));
    assert!(says(&hidden, "Not shown: how many relationships there are, "));
    assert!(!says(&hidden, "260"));
}

#[test]
fn who_answered_is_said_once_and_as_published() {
    let page = page(&small(20));
    let said: Vec<String> = texts(&page).into_iter().filter(|text| text.contains("questionnaires about open relationships")).collect();
    assert_eq!(
        said,
        ["Mentees answered 80 in 100 of the questionnaires about open relationships, mentors 65 in 100 (October 2025 to September 2026)."]
    );
}

#[test]
fn bands_of_groups_are_said_where_no_chart_is_drawn_of_them() {
    let mut world = small(20);
    world.results.rows.iter_mut().filter(|row| row.grouping == DEPARTMENT && row.group == 1).for_each(|row| row.support.people = 7);
    let page = page(&world);
    assert!(says(&page, "Mentees satisfied, by department (October 2025 to September 2026): Pediatrics, over two thirds."));
    assert!(says(&page, "satisfaction by department (shown: 1 of 4 groups)"));
}

#[test]
fn a_program_with_groups_to_show_keeps_its_page() {
    let page = page(&partly());
    assert!(!page.sections.iter().any(|section| section.heading.as_deref() == Some("What is safe to say")));
    assert!(says(
        &page,
        "Satisfaction by department is shown for 3 of 4 groups, to protect people. Groups merged before they are published, and a window to September 30, \
         2027, may show more."
    ));
}

#[test]
fn a_declared_window_is_named_with_its_last_day() {
    let mut windows = facts().windows;
    windows.push(window("2026-27", "October 2026 to September 2027", 2026, 8));
    let facts = Facts { windows, ..facts() };
    let next = "The next publication window is October 2026 to September 2027; its last day is September 30, 2027.";
    let release = small(7).release();
    for page in [leadership(&release, &facts), evaluator(&release, &facts), researcher(&release, &facts, &[])] {
        assert!(says(&page, next), "{}", page.file);
    }
}

#[test]
fn a_band_tells_whether_a_target_is_reached_only_where_it_lies_beyond_it() {
    let mut world = small(7);
    world.results.rows.retain(|row| row.metric.id != "satisfied");
    world.level("satisfied", (WINDOW, 0, 0), 0.81, 0.05, 7);
    for (target, words) in [(0.6, "Target 60: reached"), (0.8, "Target 80: cannot be told")] {
        let mut facts = facts();
        facts.targets.insert("satisfied".into(), target);
        assert!(says(&leadership(&world.release(), &facts), words), "{words}");
    }
}

/// What is advised follows from which figures are shown: neither from hidden answers, nor from how many people are behind them, nor from which cell is hidden
/// for its neighbor's sake.
#[test]
fn advice_depends_on_nothing_hidden() {
    let advised = |estimate: f64, people: [u64; 2]| {
        let mut world = World::usual();
        for row in world.results.rows.iter_mut().filter(|row| matches!(row.grouping, DEPARTMENT | GENDER) && row.group < 2) {
            row.support.people = people[row.group];
            if let Ok(value) = &mut row.value {
                value.estimate = estimate;
                value.interval = value.interval.map(|_| (estimate - 0.01, estimate + 0.01));
            }
        }
        let release = world.release();
        let of = |page: &ReportModel| {
            let told = section(page, "What is hidden, and what would show it");
            assert!(!told.blocks.is_empty());
            told.clone()
        };
        (leadership(&release, &facts()), of(&evaluator(&release, &facts())), of(&researcher(&release, &facts(), &[])))
    };
    assert_eq!(advised(0.12, [1, 4]), advised(0.95, [4, 2]));
}

#[test]
fn the_pattern_of_hidden_figures_is_counted_by_table() {
    let page = evaluator(&partly().release(), &facts());
    let told = section(&page, "What is hidden, and what would show it");
    let Block::Table(table) = &told.blocks[0] else { panic!("the pattern is a table") };
    let rows: Vec<Vec<&str>> = table.rows.iter().map(|row| row.iter().take(2).map(|cell| cell.text.as_str()).collect()).collect();
    assert_eq!(
        rows[1..],
        [["Whole program, October 2025 to September 2026", "shown"], ["By department", "3 of 4 groups"], ["By gender", "all groups"]]
    );
}

#[test]
fn an_evaluator_meets_no_table_without_a_figure() {
    let page = evaluator(&small(4).release(), &facts());
    for block in page.sections.iter().flat_map(|section| &section.blocks) {
        let Block::Table(table) = block else { continue };
        let cells: Vec<&str> = table.rows.iter().flat_map(|row| row.iter().skip(1)).map(|cell| cell.text.as_str()).collect();
        let is_blank = cells.contains(&"c") && cells.iter().all(|cell| matches!(*cell, "c" | "z" | ""));
        assert!(!is_blank, "{}", table.caption);
    }
}
