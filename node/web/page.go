package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"tenantry/node/gate"
)

//go:embed page.html
var files embed.FS

var pageTemplate = template.Must(template.ParseFS(files, "page.html"))

// texts of the page, by language.
type texts struct{ Language, Title, Text string }

var english = texts{
	Language: "en",
	Title:    "This website is not available at the moment",
	Text:     "Please try again later. If this is your website, please contact your hosting provider.",
}

var german = texts{
	Language: "de",
	Title:    "Diese Website ist zurzeit nicht erreichbar",
	Text:     "Bitte versuchen Sie es später noch einmal. Wenn es Ihre Website ist, wenden Sie sich bitte an Ihren Hosting-Anbieter.",
}

// content is what the template shows.
type content struct {
	texts

	Message string
}

const maxRetryAfter = 7 * 24 * 60 * 60 // seconds

// writePage writes the page for visitors of a closed website.
func (h *Handler) writePage(w http.ResponseWriter, r *http.Request, verdict gate.Verdict) {
	var page bytes.Buffer
	shown := content{texts: language(r.Header.Get("Accept-Language")), Message: verdict.PublicMessage}
	if err := pageTemplate.Execute(&page, shown); err != nil {
		http.Error(w, shown.Title, http.StatusServiceUnavailable)
		return
	}
	header := w.Header()
	header[StateHeader] = []string{string(verdict.State)}
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", shown.Language)
	header.Set("Cache-Control", "no-store")
	header.Set("Vary", "Accept-Language")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	header.Set("X-Robots-Tag", "noindex")
	if seconds := h.secondsUntil(verdict); seconds > 0 {
		header.Set("Retry-After", strconv.FormatInt(seconds, 10))
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(page.Bytes())
}

// secondsUntil returns in how many seconds the closing ends, by the service's clock. It returns 0 if that is not known.
func (h *Handler) secondsUntil(verdict gate.Verdict) int64 {
	now, isKnown := h.Now()
	if verdict.Until == nil || !isKnown {
		return 0
	}
	return min(max(1, int64(verdict.Until.Sub(now).Seconds())+1), maxRetryAfter)
}

// language returns the German texts if the visitor prefers them to English ones.
func language(accepted string) texts {
	for part := range strings.SplitSeq(strings.ToLower(accepted), ",") {
		switch tag, _, _ := strings.Cut(strings.TrimSpace(part), ";"); {
		case tag == "de" || strings.HasPrefix(tag, "de-"):
			return german
		case tag == "en" || strings.HasPrefix(tag, "en-"):
			return english
		}
	}
	return english
}
