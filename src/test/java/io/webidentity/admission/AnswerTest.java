package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.injection.Reason;
import io.webidentity.testing.pod.InvisibleCharacters;
import org.junit.jupiter.api.Test;

class AnswerTest {
  @Test
  void a_refusal_shows_nothing_invisible_of_what_it_quotes() {
    Answer.Refused answer =
        new Answer.Refused(
            Reason.LOOKUP_FAILED, Answer.Failure.UNAVAILABLE, InvisibleCharacters.all());

    assertThat(InvisibleCharacters.areAllMissingIn(answer.message())).isTrue();
  }
}
