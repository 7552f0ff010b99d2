/**
 * RFC 8866 §5, §9: which lines a description has, and in which order.
 *
 *     v= o= s= [i=] [u=] *e= *p= [c=] *b=  1*(t= *r= [z=])  [k=] *a=   then for each medium   m= [i=] *c= *b= [k=] *a=
 */

/** The order at session level. */
const sessionTypes = "vosiuepcbtrzka";

/** Those of which there are many at session level. */
const repeated = "epbtra";

/** Looks at the types of all lines, one after the other. */
export class LineOrder {
  /** Where the last line of session level stood in {@link sessionTypes}. */
  #rank = -1;
  #timed = false;
  #inMedia = false;
  /** Those of `i` and `k` that the section has already. */
  #inSection = "";

  /** @returns why a line of this type may not stand here, or undefined when it may */
  place(type: string): string | undefined {
    if (type === "m") return this.#openSection();
    return this.#inMedia ? this.#placeInSection(type) : this.#placeInSession(type);
  }

  /** @returns what is missing at the end, or undefined when nothing is */
  end(): string | undefined {
    if (this.#rank < 2) return "a description begins with v=, o= and s=";
    return this.#timed ? undefined : "a description has a line t=";
  }

  #openSection(): string | undefined {
    this.#inMedia = true;
    this.#inSection = "";
    return this.end();
  }

  #placeInSession(type: string): string | undefined {
    const rank = sessionTypes.indexOf(type);
    // RFC 8866 §5: "…MUST completely ignore or reject any session description that contains a type letter that it
    // does not understand."
    if (rank < 0) return "there is no such type of line";
    if (this.#rank < 2 && rank !== this.#rank + 1)
      return "a description begins with v=, o= and s=, once each";
    const isNextTime = rank === TIME && this.#timed && this.#rank <= ZONE;
    if (rank < this.#rank && !isNextTime) return "the lines are out of order";
    if (rank === this.#rank && !repeated.includes(type)) return "a line of this type stands once";
    this.#timed ||= rank === TIME;
    this.#rank = rank;
    return undefined;
  }

  /**
   * In any order, where RFC 8866 has one: pages that bound the bandwidth by editing write `b=` behind the first
   * attribute they find, and browsers take it.
   */
  #placeInSection(type: string): string | undefined {
    switch (type) {
      case "a":
      case "b":
      case "c":
        return undefined;
      case "i":
      case "k":
        if (this.#inSection.includes(type)) return "a line of this type stands once";
        this.#inSection += type;
        return undefined;
    }
    return "behind m= are i=, c=, b=, k= and a= alone";
  }
}

const TIME = sessionTypes.indexOf("t");
const ZONE = sessionTypes.indexOf("z");
