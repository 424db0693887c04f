package io.webidentity.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a command showed in a test, as a page of docs shows it: the block that begins with the
 * command. {@code make screens} writes it there.
 *
 * @param names names of this run, and what the page has instead
 */
public record Screen(Map<String, String> names) {
  private static final boolean WRITES = Boolean.getBoolean("screens.update");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  /** Holds that a page shows it, whatever the numbers and times; or writes it there. */
  public void show(Path page, String command, String output) throws IOException {
    String text = Files.readString(page);
    Matcher block =
        Pattern.compile("(?<=```\n)\\$ " + Pattern.quote(command) + "\n.*?(?=```)", Pattern.DOTALL)
            .matcher(text);
    assertThat(block.find()).as("%s has a block that begins with $ %s", page, command).isTrue();
    String shown = "$ " + command + "\n" + named(output).strip() + "\n";
    if (WRITES) {
      Files.writeString(page, block.replaceFirst(Matcher.quoteReplacement(shown)));
    } else {
      assertThat(anyNumber(shown))
          .as("%s; make screens writes it", page)
          .isEqualTo(anyNumber(block.group()));
    }
  }

  private String named(String output) {
    String text = output;
    for (Map.Entry<String, String> name : names.entrySet()) {
      text = text.replace(name.getKey(), name.getValue());
    }
    return text;
  }

  private static String anyNumber(String text) {
    return NUMBER.matcher(text).replaceAll("0");
  }
}
