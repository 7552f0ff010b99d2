/** Questions to all processes, and the answers as they come in. */

/** The most questions that wait at once. */
const maxQuestions = 256;

interface Question {
  readonly answers: string[];
  readonly until: number;
  readonly resolve: (answers: readonly string[]) => void;
  /** Answers that are awaited, once it is known how many can come. */
  expected: number;
}

/** Each is answered when all answers are there, or its time is over. */
export class Questions {
  readonly #questions = new Map<number, Question>();
  #last = 0;

  /**
   * Its number. It is answered at once, with the answer of this process alone, when too many wait already.
   *
   * @param until on the clock of {@link handleTimeout}
   */
  ask(own: string, until: number, resolve: (answers: readonly string[]) => void): number {
    const number = ++this.#last;
    if (this.#questions.size >= maxQuestions) resolve([own]);
    else this.#questions.set(number, { answers: [own], until, resolve, expected: Number.POSITIVE_INFINITY });
    return number;
  }

  /** So many were asked, this process not counted. */
  expect(number: number, answers: number): void {
    const question = this.#questions.get(number);
    if (question === undefined) return;
    question.expected = answers + 1;
    this.#settle(number, question);
  }

  receiveAnswer(number: number, text: string): void {
    const question = this.#questions.get(number);
    if (question === undefined) return;
    question.answers.push(text);
    this.#settle(number, question);
  }

  handleTimeout(now: number): void {
    for (const [number, { until }] of this.#questions) if (until <= now) this.#answer(number);
  }

  /** Answers all with what there is. */
  end(): void {
    for (const number of [...this.#questions.keys()]) this.#answer(number);
  }

  #settle(number: number, { answers, expected }: Question): void {
    if (answers.length >= expected) this.#answer(number);
  }

  #answer(number: number): void {
    const question = this.#questions.get(number);
    this.#questions.delete(number);
    question?.resolve(question.answers);
  }
}
