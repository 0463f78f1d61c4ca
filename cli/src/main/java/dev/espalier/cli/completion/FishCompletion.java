package dev.espalier.cli.completion;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Generates a completion script for the shell fish, which picocli does not support, from the same
 * description of commands and options as the help. Immutable.
 */
public final class FishCompletion {
  private static final String SEEN = "__fish_seen_subcommand_from ";
  private static final int LONGEST = 70;

  private final String program;
  private final List<String> lines = new ArrayList<>();

  private FishCompletion(String program) {
    this.program = program;
  }

  /** Returns the script for a command with all its subcommands. */
  public static String of(CommandLine root) {
    FishCompletion completion = new FishCompletion(root.getCommandName());
    completion.lines.add("complete -c " + completion.program + " -f");
    completion.add(root, "__fish_use_subcommand", "");
    return String.join("\n", completion.lines) + "\n";
  }

  /**
   * Adds what may follow a command.
   *
   * @param first condition for completing its subcommands
   * @param inside condition that the command was typed, empty for always
   */
  private void add(CommandLine command, String first, String inside) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        add(inside, option);
      }
    }
    Map<String, CommandLine> commands = command.getSubcommands();
    commands.forEach(
        (name, one) -> {
          String[] header = one.getCommandSpec().usageMessage().header();
          line(first, "-a " + name, header.length == 0 ? "" : header[0]);
          String typed = (inside.isEmpty() ? "" : inside + "; and ") + SEEN + name;
          String names = String.join(" ", one.getSubcommands().keySet());
          add(one, typed + "; and not " + SEEN + names, typed);
        });
  }

  private void add(String inside, OptionSpec option) {
    StringBuilder words = new StringBuilder();
    for (String name : option.names()) {
      words.append(name.startsWith("--") ? "-l " : "-s ");
      words.append(name.replaceFirst("^--?", "")).append(' ');
    }
    if (option.arity().max() > 0) {
      words.append(value(option));
    }
    String[] description = option.description();
    line(inside, words.toString().strip(), description.length == 0 ? "" : description[0]);
  }

  /** Returns how the value of an option is completed: names, files, both, or nothing. */
  private static String value(OptionSpec option) {
    List<String> names = new ArrayList<>();
    if (option.completionCandidates() != null) {
      option.completionCandidates().forEach(names::add);
    }
    boolean file = Path.class.isAssignableFrom(option.type()) || isPath(option.paramLabel());
    return (file ? "-r -F" : "-x")
        + (names.isEmpty() ? "" : " -a " + quoted(String.join(" ", names)));
  }

  /** Settings are strings for picocli; their labels show which ones are paths. */
  private static boolean isPath(String label) {
    return List.of("FILE", "FOLDER", "PATH", "NAME|FILE", "FILE|none").contains(label);
  }

  private void line(String condition, String words, String description) {
    String text = description.replace("%%", "%").replaceAll("\\s+", " ");
    int end = text.indexOf(". ");
    if (end > 0) {
      text = text.substring(0, end + 1);
    }
    if (text.length() > LONGEST) {
      text = text.substring(0, text.lastIndexOf(' ', LONGEST)) + " ...";
    }
    lines.add(
        "complete -c "
            + program
            + (condition.isEmpty() ? "" : " -n " + quoted(condition))
            + " "
            + words
            + (text.isEmpty() ? "" : " -d " + quoted(text)));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
