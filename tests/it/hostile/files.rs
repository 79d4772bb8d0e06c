//! Exports as ZIP: names are compared and nothing else, and nothing is unpacked that nobody asked for.

use std::io::Cursor;
use std::io::Write as _;
use std::time::Duration;
use std::time::Instant;

use zencat::remote::smartcat::ExportFile;
use zip::ZipArchive;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const WANTED: &str = "article-1(de).locjson";

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn file(bytes: &[u8]) -> ExportFile {
    ExportFile { bytes: bytes.to_vec(), is_zip: true }
}

fn wanted(zip: &[u8]) -> Option<Vec<u8>> {
    file(zip).into_members()?.only(|name| name == WANTED)
}

#[test]
fn a_member_is_found_by_its_whole_name() {
    assert_eq!(wanted(&zip_of(&[("other", b"1"), (WANTED, b"2")])).unwrap(), b"2");
    for trick in [
        "../article-1(de).locjson",
        "/article-1(de).locjson",
        "./article-1(de).locjson",
        "article-1(de).locjson\0",
        "article-1(de).locjson/",
        "ARTICLE-1(de).locjson",
        "..\\article-1(de).locjson",
        "C:article-1(de).locjson",
    ] {
        assert_eq!(wanted(&zip_of(&[(trick, b"1")])), None, "{trick:?}");
    }
    assert_eq!(wanted(b"PK\x03\x04 and no more"), None);
    assert_eq!(wanted(b""), None);
}

/// Names differ in case where Smartcat writes a language otherwise than it was asked for.
#[test]
fn of_two_members_that_are_wanted_neither_is_taken() {
    let zip = zip_of(&[(WANTED, b"1"), ("article-1(DE).locjson", b"2")]);
    let mut members = file(&zip).into_members().unwrap();
    assert_eq!(members.only(|name| name.eq_ignore_ascii_case(WANTED)), None);
    assert_eq!(members.only(|name| name == WANTED).unwrap(), b"1");
}

#[test]
fn a_bomb_is_not_set_off() {
    let large = vec![b' '; (32 << 20) + 1];
    let bomb = zip_of(&[(WANTED, &large)]);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    assert_eq!(file(&bomb).into_single(), None);
    assert_eq!(wanted(&bomb), None);
    // 64 GiB, if somebody unpacked them.
    let mut many = ZipWriter::new(Cursor::new(Vec::new()));
    let mut source = ZipArchive::new(Cursor::new(&bomb)).unwrap();
    for number in 0..2_000 {
        many.raw_copy_file_rename(source.by_index_raw(0).unwrap(), format!("{number}")).unwrap();
    }
    many.start_file(WANTED, SimpleFileOptions::default()).unwrap();
    many.write_all(b"small").unwrap();
    let many = many.finish().unwrap().into_inner();
    let began = Instant::now();
    assert_eq!(wanted(&many).unwrap(), b"small");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}
