//! Every system's files are taken by its own adapter and by no other.

use super::adapter::{ADAPTERS, Probe, probe_rows};
use super::container::Container;
use crate::program::plan::System;

const SAMPLES: [(System, &str); 31] = [
    (System::Qualtrics, "V1,V10,Q1,\nResponseID,Finished,Happy?,\nR_1,1,4,\n"),
    (
        System::Qualtrics,
        "ResponseID,Finished,Q1\nResponseID,Finished,Happy?\n{'ImportId': 'responseId'},{'ImportId': 'finished'},{'ImportId': 'QID1'}\nR_1,1,4\n",
    ),
    (
        System::Qualtrics,
        "StartDate,EndDate,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,ResponseId,Q1_1\nStart Date,End Date,IP Address,Progress,Duration,Finished,Recorded Date,Response ID,Rate it - Talks\n2026-01-02,2026-01-02,*,100,33,1,2026-01-02,R_1,4\n",
    ),
    (System::Qualtrics, "StartDate,EndDate,Status,Finished,Q1\n1/2/2026 10:00,1/2/2026 10:05,0,TRUE,4\n"),
    (System::Redcap, "record_id,redcap_event_name,q1,form_complete\n1,first_arm_1,4,2\n"),
    (System::Redcap, "record_id,race___1,race___2,form_complete\n1,0,1,2\n"),
    (System::Redcap, "Record ID,Race (choice=Asian),Complete?\n1,Checked,Complete\n"),
    (System::Redcap, "Record ID,Event Name,How was it?\n1,Baseline,Good\n"),
    (System::Redcap, "Study number,Repeat Instrument,Repeat Instance,How was it?\n1,Meetings,1,Good\n"),
    (System::Odk, "*meta-instance-id*,*meta-submission-date*,q1\nu,2018-01-01T00:00:00.000Z,a\n"),
    (System::Redcap, "Variable / Field Name,Form Name,Section Header,Field Type\nq1,intake,,radio\n"),
    (System::Redcap, "1,first_arm_1,4,2\n2,first_arm_1,3,2\n"),
    (
        System::SurveyMonkey,
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,How was it?,Which?,\n,,,,,Response,Talks,E-mail\n114628000001,9,01/31/2024 10:11:12 AM,01/31/2024 10:12:12 AM,,Good,Talks,\n",
    ),
    (System::SurveyMonkey, "Respondent ID,Start Date,End Date,Why?\nNA,NA,NA,Open-Ended Response\n1,2024-01-31,2024-01-31,NA\n"),
    (System::SurveyMonkey, "How was it?,Which?,\nResponse,Talks,Other (please specify)\nGood,Talks,\n"),
    (
        System::Kobo,
        "start;end;g/q1;g/q1/a;_id;_uuid;_submission_time;_index\n2024-01-02T10:00:00.000+02;2024-01-02T10:05:00.000+02;a;1;7;u;2024-01-02T08:00:00;1\n",
    ),
    (System::Kobo, "How was it?,Which helped?,_id,_uuid,_submission_time,_validation_status\n4,Talks,7,u,2024-01-02T08:00:00,\n"),
    (
        System::Odk,
        "SubmissionDate,meta-instanceID,q1,q1/a,KEY,SubmitterID,SubmitterName,Status,ReviewState,DeviceID,Edits,FormVersion\n2018-01-01T00:00:00.000Z,u,a,1,u,5,A,,,,0,\n",
    ),
    (System::Odk, "name,PARENT_KEY,KEY\nx,u,u/child[1]\n"),
    (
        System::LimeSurvey,
        "id,submitdate,lastpage,startlanguage,seed,startdate,datestamp,q1,g0[SQ001]\n1,,2,en,9,2024-01-02 10:00:00,2024-01-02 10:05:00,A1,Y\n",
    ),
    (
        System::LimeSurvey,
        "Response ID,Date submitted,Last page,Start language,Date started,Date last action,How was it?\n1,,2,en,2024-01-02 10:00:00,2024-01-02 10:05:00,Good\n",
    ),
    (
        System::LimeSurvey,
        "id. Response ID,submitdate. Date submitted,lastpage. Last page,q1. How was it?,g0[SQ001]. Which? [Talks]\n1,1980-01-01 00:00:00,2,Good,Yes\n",
    ),
    (System::LimeSurvey, ",q1. How was it?,g0[SQ001]. Which? [Talks],g0[SQ002]. Which? [E-mail]\n0,Good,Yes,No\n1,Good,Yes,No\n"),
    (
        System::LimeSurvey,
        "Which do you use?,Order the tasks  [Rank 1],Order the tasks  [Rank 2],Who are you [Mentor],Who are you [Mentee]\nNone,Talks,E-mail,Yes,No\n",
    ),
    (System::Kobo, "name,web_browsers/firefox,web_browsers/chrome,meta/instanceID\nBob,n/a,n/a,uuid:b3\n"),
    (System::LimeSurvey, "Answer ID;Which helped? [Talks];Which helped? [E-mail]\n1;Yes;N/A\n"),
    (System::GoogleForms, "Timestamp\tHow was it?\tRate [Talks]\tRate [E-mail]\n12/13/2018 11:06:09\tGood\t4\t5\n"),
    (System::GoogleForms, "Zeitstempel,Wie war es?\n07.02.2025 00:13:31,Gut\n"),
    (System::GoogleForms, "\"Timestamp\",\"Username\",\"Which helped?\"\n\"2024/02/25 3:34:51 PM GMT+1\",\"a@b.org\",\"Talks;E-mail\"\n"),
    (System::Csv, "pair_id,date,q1,q2\nA1,2024-01-02,4,5\n"),
    (
        System::Csv,
        "#,How was it?,Talks,E-mail,Start Date (UTC),Submit Date (UTC),Network ID\nabc,4,Talks,,2024-01-02 10:00:00,2024-01-02 10:05:00,x\n",
    ),
];

#[test]
fn each_file_is_taken_by_one_system_only() {
    for (system, text) in SAMPLES {
        for container in [Container::Text, Container::Workbook] {
            let rows = probe_rows(text);
            let probe = Probe { rows: &rows, container };
            let takers: Vec<System> = ADAPTERS
                .iter()
                .map(|adapter| (adapter.system(), adapter.detect(&probe)))
                .filter(|(_, found)| found.is_some())
                .map(|(system, _)| system)
                .collect();
            // The last two take any table of their container.
            let any = if container == Container::Workbook { vec![System::Workbook, System::Csv] } else { vec![System::Csv] };
            let want = if system == System::Csv { any } else { [vec![system], any].concat() };
            assert_eq!(takers, want, "{text}");
        }
    }
}

#[test]
fn the_evidence_quotes_no_answer() {
    for (_, text) in SAMPLES {
        let rows = probe_rows(text);
        let probe = Probe { rows: &rows, container: Container::Text };
        let (_, evidence) = super::adapter::detect(&probe);
        assert!(!evidence.0.is_empty() && !evidence.0.contains("114628000001") && !evidence.0.contains("Good"), "{}", evidence.0);
    }
}
