//! Columns of text.

use std::io::{self, Write};

/// Two spaces tell columns apart where one may be within a cell.
const GAP: &str = "  ";

/// Writes rows with their columns lined up, each row after `indent`. The last column is as long
/// as it likes; a column named in `numeric` is set flush right.
pub fn write(
    rows: &[Vec<String>],
    indent: &str,
    numeric: &[usize],
    out: &mut dyn Write,
) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(column, cell)| {
                let width = widths[column];
                if numeric.contains(&column) {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            })
            .collect();
        writeln!(out, "{indent}{}", cells.join(GAP).trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_line_up_and_no_line_ends_in_spaces() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["name", "12", "x"]), row(["n", "3", ""])];
        let mut out = Vec::new();
        super::write(&rows, "  ", &[1], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "  name  12  x\n  n      3\n"
        );
    }
}
