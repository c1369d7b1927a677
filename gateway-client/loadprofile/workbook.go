// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"bytes"
	"cmp"
	"fmt"
	"iter"
	"math/big"

	"github.com/xuri/excelize/v2"
)

// maxUnzipped is the size of the largest workbook when it is unzipped.
const maxUnzipped = 512 << 20

// workbook is an XLSX file. Only stored values are read: no formula is computed, no link followed, no macro run.
type workbook struct {
	file *excelize.File
	// epoch is the day 0 of serial dates, in seconds.
	epoch int64
	// broken is why not all rows were read.
	broken error
}

func openWorkbook(body []byte) (book *workbook, err error) {
	if bytes.Contains(body, []byte("vbaProject.bin")) {
		return nil, refuse(0, badFile, "it is a workbook with macros; save it as XLSX without them")
	}
	defer func() { // the library is not trusted with every broken file
		if recover() != nil {
			err = refuse(0, badFile, "it is a broken workbook")
		}
	}()
	file, err := excelize.OpenReader(
		bytes.NewReader(body),
		excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzipped},
	)
	if err != nil {
		return nil, refuse(0, badFile, "it is no workbook in XLSX, or it is cut, encrypted or larger than %d MiB unzipped",
			maxUnzipped>>20)
	}
	book = &workbook{file: file, epoch: -25569 * 86400} // 1899-12-30
	if properties, err := file.GetWorkbookProps(); err == nil && properties.Date1904 != nil && *properties.Date1904 {
		book.epoch += 1462 * 86400
	}
	return book, nil
}

func (b *workbook) close() { _ = b.file.Close() } // it was only read

func (b *workbook) sheets() []string { return b.file.GetSheetList() }

// rows gives the rows of a sheet with their numbers.
func (b *workbook) rows(sheet string) iter.Seq2[int, []string] {
	return func(yield func(int, []string) bool) {
		rows, err := b.file.Rows(sheet)
		if err != nil {
			b.broken = err
			return
		}
		defer func() { _ = rows.Close() }()
		for line := 1; ; line++ {
			record, more := b.next(rows)
			if !more || !yield(line, record) {
				return
			}
		}
	}
}

// next is the next row. The library is not trusted with every broken file.
func (b *workbook) next(rows *excelize.Rows) (record []string, more bool) {
	defer func() {
		if recovered := recover(); recovered != nil {
			b.broken, more = fmt.Errorf("%v", recovered), false
		}
	}()
	if !rows.Next() {
		b.broken = cmp.Or(b.broken, rows.Error())
		return nil, false
	}
	record, err := rows.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		b.broken = err
		return nil, false
	}
	return record, true
}

// begins gives the first rows of a sheet.
func (b *workbook) begins(sheet string, n int) (records [][]string) {
	for line, record := range b.rows(sheet) {
		records = append(records, record)
		if line == n {
			break
		}
	}
	return records
}

// cellAt is a cell of a row, empty where the row ends before.
func cellAt(record []string, i int) string {
	if i < len(record) {
		return record[i]
	}
	return ""
}

// sheetTime reads a row's time from a cell: a text, or a serial date.
func (f *file) sheetTime(r *row, cell string) {
	if seconds, ok := f.serial(cell); ok {
		r.stamp = stamp{seconds: seconds, wall: true}
		return
	}
	f.at(r, cell)
}

// serial reads a date that counts days, in seconds.
func (f *file) serial(cell string) (int64, bool) {
	days, reason := parse(cell, point, 0)
	if f.book == nil || reason != "" || days.whole < 30000 || days.whole > 75000 {
		return 0, false
	}
	value := days.rat()
	value.Mul(value, big.NewRat(86400, 1))
	seconds, _ := ofRat(value)
	return seconds.round() + f.book.epoch, true
}
