package dev.espalier.cli;

import dev.espalier.cli.command.FineTuneCommand;
import dev.espalier.cli.command.TrainCommand;
import dev.espalier.cli.run.Interruption;
import java.time.Clock;
import picocli.CommandLine;

/**
 * Creates the commands; those that train get a clock, to name folders by, and the interruption that
 * stops them.
 */
record CommandFactory(Clock clock, Interruption interruption) implements CommandLine.IFactory {
  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (type == FineTuneCommand.class) {
      return type.cast(new FineTuneCommand(clock, interruption));
    }
    if (type == TrainCommand.class) {
      return type.cast(new TrainCommand(clock, interruption));
    }
    return CommandLine.defaultFactory().create(type);
  }
}
