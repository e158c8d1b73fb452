package main

import "strings"

// didYouMean is the end of a message about a name that there is not: the nearest one, or nothing where none is near.
// before is what is written in front of a name.
func didYouMean(before, name string, names []string) string {
	nearest, least := "", len(name)/3+1 // a third of the letters may be wrong
	for _, known := range names {
		distance := edits(strings.ToLower(name), known)
		if strings.HasPrefix(known, name) && name != "" {
			distance = 0
		}
		if distance < least {
			nearest, least = known, distance
		}
	}
	if nearest == "" {
		return ""
	}
	return " (did you mean " + before + nearest + "?)"
}

// edits is the number of letters to insert, delete, replace or swap with their neighbours that make b of a (the optimal
// string alignment distance).
func edits(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replace := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			rows[i][j] = min(replace, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
