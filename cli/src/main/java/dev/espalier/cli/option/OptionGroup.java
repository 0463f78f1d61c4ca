package dev.espalier.cli.option;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options of one concern. Every command that has such options shows them under the same heading,
 * and all commands show the headings in the same order. Immutable.
 */
public final class OptionGroup {
  /** The concerns, in the order of their headings. */
  public enum Concern {
    /** Which model. */
    MODEL(1, "Model"),
    /** Which data set, and how much of it. */
    DATA(2, "Data"),
    /** How samples are read. */
    READING(3, "Reading"),
    /** How to train. */
    TRAINING(4, "Training"),
    /** What is made of the outputs of a model. */
    PREDICTION(5, "Prediction"),
    /** Which engine, on which device. */
    ENGINE(6, "Engine"),
    /** Where settings come from. */
    CONFIGURATION(7, "Configuration"),
    /** Where results go, and how they are shown. */
    OUTPUT(8, "Output"),
    /** Which plugins take part. */
    PLUGINS(9, "Plugins");

    private final int order;
    private final String title;

    Concern(int order, String title) {
      this.order = order;
      this.title = title;
    }
  }

  private final Concern concern;
  private final List<OptionSpec> options;

  private OptionGroup(Concern concern, List<OptionSpec> options) {
    this.concern = concern;
    this.options = List.copyOf(options);
  }

  /** Returns options that are short names of settings. */
  public static OptionGroup of(Concern concern, List<SettingOption> settings) {
    return new OptionGroup(concern, settings.stream().map(SettingOption::spec).toList());
  }

  /** Returns these and more options that are short names of settings. */
  public OptionGroup with(List<SettingOption> settings) {
    List<OptionSpec> all = new ArrayList<>(options);
    settings.forEach(setting -> all.add(setting.spec()));
    return new OptionGroup(concern, all);
  }

  /** Returns these and options that set fields of an object, which are annotated. */
  public OptionGroup with(Object annotated) {
    List<OptionSpec> all = new ArrayList<>(options);
    all.addAll(CommandSpec.forAnnotatedObject(annotated).options());
    return new OptionGroup(concern, all);
  }

  /** Returns options that set fields of an object, which are annotated. */
  public static OptionGroup of(Concern concern, Object annotated) {
    return new OptionGroup(concern, List.of()).with(annotated);
  }

  /** Adds all groups of a command. */
  public static void addTo(CommandLine command, List<OptionGroup> groups) {
    groups.forEach(group -> command.getCommandSpec().addArgGroup(group.spec()));
  }

  private ArgGroupSpec spec() {
    ArgGroupSpec.Builder builder =
        ArgGroupSpec.builder()
            .validate(false)
            .heading("%n" + concern.title + ":%n")
            .order(concern.order);
    options.forEach(option -> builder.addArg(OptionSpec.builder(option).build()));
    return builder.build();
  }
}
