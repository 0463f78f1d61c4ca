package dev.espalier.cli;

import java.time.Clock;
import picocli.CommandLine;

/** Makes the commands, and gives a clock to those that name folders by date. */
record CommandFactory(Clock clock) implements CommandLine.IFactory {
  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (type == FineTuneCommand.class) {
      return type.cast(new FineTuneCommand(clock));
    }
    if (type == TrainCommand.class) {
      return type.cast(new TrainCommand(clock));
    }
    return CommandLine.defaultFactory().create(type);
  }
}
