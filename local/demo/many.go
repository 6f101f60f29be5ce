package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"

	"golang.org/x/sync/errgroup"
)

// The parts of the names of generated customers. All pairs are different names.
var (
	givenNames = strings.Fields(`Alma Bruno Chiara Dmitri Elif Farid Greta Hana Ivo Jana Karim Leïla Mateo
		Nadia Oskar Paula Quentin Rosa Stefan Tereza Uma Viktor Wanda Xavier Yara Zoltán`)
	familyNames = strings.Fields(`Almeida Bauer Costa Dubois Eriksen Ferrari García Horváth Ivanova Jansen
		Kowalski Lindqvist Moreau Novák O'Brien Popescu Quinn Rossi Schneider Tanaka Ünal Virtanen Weber Yilmaz Żak`)
	trades = strings.Fields("Bakery Design Garage Law Music Optics Physio Travel Wine")
)

const (
	concurrentCreations = 4
	creationsPerLine    = 500 // of the progress that is printed
)

// fillWithMany creates generated customers, except for those that already exist. It spreads them over the owners.
func (c *client) fillWithMany(ctx context.Context, owners []string, count int, out io.Writer) error {
	for done := 0; done < count; done += creationsPerLine {
		var creations errgroup.Group
		creations.SetLimit(concurrentCreations)
		last := min(done+creationsPerLine, count)
		for n := done; n < last; n++ {
			creations.Go(func() error { return c.create(ctx, "/v1/customers", generated(n, owners)) })
		}
		if err := creations.Wait(); err != nil {
			return err
		}
		fmt.Fprintf(out, "%d of %d generated customers exist.\n", last, count)
	}
	return nil
}

// generated returns the generated customer n. It has a random password, which nobody knows, because a customer without
// one gets a mail, and mails are limited.
func generated(n int, owners []string) newAccount {
	given, family := givenNames[n%len(givenNames)], familyNames[n/len(givenNames)%len(familyNames)]
	login := fmt.Sprintf("demo-%06d", n)
	return newAccount{
		Login: login, Password: rand.Text(), ExternalID: login, Owner: owners[n%len(owners)],
		Contact: contact{
			Name: given + " " + family, Company: family + " " + trades[n%len(trades)], Email: login + "@customer.example",
			Locale: "en",
		},
	}
}
