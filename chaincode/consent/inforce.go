package consent

import "time"

// InForce keeps of each notice the newest version that has begun and is not retired or, if there is none, its newest version. The versions of a notice
// follow each other; retired has the marks in the order of notices, and so has the answer.
func InForce(notices []Notice, retired []*Mark, at time.Time) (inForce []Notice, marks []*Mark) {
	for i, notice := range notices {
		last := len(inForce) - 1
		if last < 0 || inForce[last].NoticeID != notice.NoticeID {
			inForce, marks = append(inForce, notice), append(marks, retired[i])
			continue
		}
		begun := !retired[i].Holds() && !at.Before(notice.ValidFrom)
		stands := !marks[last].Holds() && !at.Before(inForce[last].ValidFrom)
		if begun || !stands {
			inForce[last], marks[last] = notice, retired[i]
		}
	}
	return inForce, marks
}
