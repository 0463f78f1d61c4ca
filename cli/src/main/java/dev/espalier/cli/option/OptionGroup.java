package dev.espalier.cli.option;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options of one concern. All commands show them under the same headings, in the same order.
 * Immutable.
 */
public final class OptionGroup {
  /** The concerns, in the order of their headings. */
  public enum Concern {
    /** The model. */
    MODEL(1, "Model"),
    /** The data set and its limits. */
    DATA(2, "Data"),
    /** How samples are read. */
    READING(3, "Reading"),
    /** The training. */
    TRAINING(4, "Training"),
    /** The predictions. */
    PREDICTION(5, "Prediction"),
    /** The limits of a server. */
    SERVER(6, "Server"),
    /** Engine and device. */
    ENGINE(7, "Engine"),
    /** The cluster. */
    CLUSTER(8, "Cluster"),
    /** Configuration sources. */
    CONFIGURATION(9, "Configuration"),
    /** Where results are written and how they are shown. */
    OUTPUT(10, "Output"),
    /** The plugins. */
    PLUGINS(11, "Plugins");

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

  /** Returns this group with further options that are short names of settings. */
  public OptionGroup with(List<SettingOption> settings) {
    List<OptionSpec> all = new ArrayList<>(options);
    settings.forEach(setting -> all.add(setting.spec()));
    return new OptionGroup(concern, all);
  }

  /** Returns this group with further options that set annotated fields of an object. */
  public OptionGroup with(Object annotated) {
    List<OptionSpec> all = new ArrayList<>(options);
    all.addAll(CommandSpec.forAnnotatedObject(annotated).options());
    return new OptionGroup(concern, all);
  }

  /** Returns options that set annotated fields of an object. */
  public static OptionGroup of(Concern concern, Object annotated) {
    return new OptionGroup(concern, List.of()).with(annotated);
  }

  /** Adds all groups to a command. */
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
