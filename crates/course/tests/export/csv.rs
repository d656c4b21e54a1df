//! A reader of CSV after RFC 4180's grammar, which takes nothing else.

/// The rows of a file; all have as many cells as the first.
pub fn read(text: &str) -> Result<Vec<Vec<String>>, String> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (cell, after) = cell(rest)?;
        row.push(cell);
        if let Some(next) = after.strip_prefix(',') {
            rest = next;
        } else if let Some(next) = after.strip_prefix("\r\n") {
            rest = next;
            let cells = rows.first().map_or(row.len(), Vec::len);
            if row.len() != cells {
                return Err(format!("{row:?} has not {cells} cells"));
            }
            rows.push(std::mem::take(&mut row));
        } else {
            return Err(format!(
                "neither a comma nor the end of a line: {after:.40?}"
            ));
        }
    }
    if row.is_empty() {
        Ok(rows)
    } else {
        Err("the last line does not end".to_owned())
    }
}

fn cell(text: &str) -> Result<(String, &str), String> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find([',', '\r', '\n', '"']).unwrap_or(text.len());
        return Ok((text[..end].to_owned(), &text[end..]));
    };
    let mut cell = String::new();
    loop {
        let end = rest.find('"').ok_or("a quotation that does not end")?;
        cell.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(next) => {
                cell.push('"');
                rest = next;
            }
            None => return Ok((cell, rest)),
        }
    }
}

#[test]
fn the_reader_reads_rows_and_bites() {
    let read_ok = |text| read(text).unwrap();
    assert_eq!(
        read_ok("a,b\r\n1,\"x,\"\"y\"\"\"\r\n"),
        [["a", "b"], ["1", "x,\"y\""]]
    );
    for bad in [
        "a",
        "a\n",
        "a,b\r\n1\r\n",
        "\"a\r\n",
        "\"a\"b\r\n",
        "a\"b\r\n",
    ] {
        assert!(read(bad).is_err(), "{bad:?}");
    }
}
