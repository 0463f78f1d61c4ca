package dev.espalier.cli.run;

import dev.espalier.callback.Callback;
import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.callbacks.ModelCheckpoint;
import dev.espalier.cli.option.ClusterOptions;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.text.CommandText;
import dev.espalier.cli.text.OptimizerText;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.distributed.ClusterRequest;
import dev.espalier.core.finetuning.LabelMode;
import dev.espalier.core.finetuning.PhaseListener;
import dev.espalier.core.finetuning.PhasedTraining;
import dev.espalier.core.finetuning.TrainingPhase;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Metric;
import dev.espalier.model.Model;
import dev.espalier.report.CurvesChart;
import dev.espalier.report.HistoryTable;
import dev.espalier.report.ObservedImages;
import dev.espalier.report.Report;
import dev.espalier.report.RunHistory;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Trains a model in one or more phases, and fills the folder of the run. */
public final class TrainingRun {
  /**
   * What to train on what data.
   *
   * @param command as the user could type it
   * @param modelName as given by the user
   * @param origin of the initial weights
   * @param recipe description of the settings, for the report
   */
  public record Plan(
      String command,
      String modelName,
      String origin,
      Model model,
      TrainingData data,
      String recipe,
      List<TrainingPhase> phases,
      int batchSize,
      long seed) {
    Dataset training() {
      return data.training();
    }

    Dataset validation() {
      return data.validation();
    }

    LabelMode labelMode() {
      return LabelMode.of(training());
    }

    String title() {
      return modelName + " on " + training().name().replaceFirst("/train$", "");
    }
  }

  private static final int IMAGES = 16;

  private final Plan plan;
  private final PluginRegistry registry;
  private final Configuration configuration;
  private final @Nullable ClusterRequest requested;
  private final EngineSettings engineSettings;
  private final FitOptions fitOptions;
  private final RunFolder folder;
  private final CommandLine command;
  private final Interruption interruption;
  private final boolean json;
  private final PrintWriter progress;
  private final BestModel best;
  private final ObservedImages images = ObservedImages.atMost(IMAGES);
  private RunHistory history = RunHistory.empty();
  private double secondsBefore;

  /**
   * Prepares a run.
   *
   * @param requested the cluster that computes the training steps, or null
   * @param json whether to print the results as JSON, and everything else to standard error
   */
  public TrainingRun(
      Plan plan,
      PluginRegistry registry,
      Configuration configuration,
      @Nullable ClusterRequest requested,
      RunFolder folder,
      CommandLine command,
      Interruption interruption,
      boolean json) {
    this.plan = plan;
    this.registry = registry;
    this.configuration = configuration;
    this.requested = requested;
    // With a cluster, this process evaluates alone, so that it needs no GPU.
    this.engineSettings =
        requested == null
            ? configuration.engineSettings()
            : configuration.engineSettings().with(EngineSettings.of(e -> e.device("cpu")));
    this.fitOptions = configuration.fitOptions();
    this.folder = folder;
    this.command = command;
    this.interruption = interruption;
    this.json = json;
    this.progress = json ? command.getErr() : command.getOut();
    this.best =
        new BestModel(folder.best(), configuration.get(RunSettings.BEST_MONITOR), metadata());
  }

  /** Trains, and stops early when the process is asked to exit. */
  public void run() {
    interruption.endingItself(this::trainUnlessInterrupted);
  }

  private void trainUnlessInterrupted() {
    try {
      train();
    } catch (EspalierException e) {
      if (e.code() != ErrorCode.INTERRUPTED || !interruption.requested()) {
        throw e;
      }
      Thread.interrupted();
      PrintWriter err = command.getErr();
      err.println(); // on a terminal, the bar is not ended
      if (Files.exists(folder.configuration())) {
        err.println("Interrupted. The results so far are in " + folder.path() + ".");
        err.println("Resume with: " + resuming());
      } else {
        err.println("Interrupted before the training started.");
      }
      err.flush();
    }
  }

  /** The cluster is no setting of the run, so that the folder does not know it. */
  private String resuming() {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of(command.getCommandName(), OutputOptions.RESUME, folder.path().toString()));
    if (requested != null) {
      arguments.addAll(ClusterOptions.arguments(requested));
    }
    return CommandText.of(arguments.toArray(String[]::new));
  }

  private void train() {
    say("Run folder " + folder.path());
    say(
        String.format(
            Locale.ROOT,
            "%s (%s) on %s: %,d training images, %,d validation images, %s",
            plan.modelName(),
            plan.origin(),
            plan.training().name(),
            plan.training().size(),
            plan.validation().size(),
            LabelMode.classes(plan.training())));
    List<Metric> metrics = CommandPlan.metrics(configuration, plan.labelMode());
    TrainingConfig config =
        configuration
            .trainingConfig()
            .with(
                builder ->
                    builder.engineSettings(engineSettings).metrics(metrics.toArray(new Metric[0])));
    PhasedTraining phased =
        new PhasedTraining(
            plan.phases(),
            plan.training(),
            fitOptions.toBuilder()
                .callbacks(List.of())
                .validation(plan.validation())
                .output(json ? System.err : System.out)
                .build());
    long start = System.nanoTime();
    String engineName;
    try (Engine opened = registry.openEngine(engineSettings);
        RunCluster cluster =
            new RunCluster(requested, configuration, opened.name(), plan.training().classNames());
        Trainer trainer = cluster.trainer(phased, plan.model(), config, opened)) {
      engineName = EngineArguments.describe(opened, engineSettings) + cluster.description();
      say("Engine " + engineName);
      if (!Files.exists(folder.configuration())) {
        folder.write(folder.configuration(), configuration.toFile(opened.name()));
      }
      phased.run(trainer, new Recorder());
      double seconds = secondsBefore + (System.nanoTime() - start) / 1e9;
      report(
          RunResults.of(plan, history, best, trainer, measuring(), registry), engineName, seconds);
    }
    folder.deleteCheckpoints();
    requireNumbers(history.epochs().get(history.epochs().size() - 1));
  }

  /** A script must not mistake a diverged model for a trained one. */
  private void requireNumbers(RunHistory.Epoch last) {
    if (!Double.isFinite(last.value("loss"))) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The training diverged: the loss of its last epoch is "
              + last.value("loss")
              + ". The model in "
              + folder.model()
              + " is useless.",
          (best.isNumber() ? "That of the best epoch is in " + folder.best() + ". " : "")
              + "Lower the learning rate, clip the gradients, or end such a training early with the"
              + " callback terminate-on-nan.");
    }
  }

  /** Records the results of a phase: the best model, a table of its epochs, its checkpoints. */
  private final class Recorder implements PhaseListener {
    private EpochTimer timer = new EpochTimer();
    private ModelCheckpoint keepsBest = best.callback();

    @Override
    public List<Callback> onPhaseBegin(TrainingPhase phase, int index, Trainer trainer) {
      Model model = trainer.model();
      say("");
      say(
          String.format(
              Locale.ROOT,
              "%s%s: %,d of %,d parameters are trainable, %s",
              plan.phases().size() == 1
                  ? ""
                  : "Phase " + (index + 1) + " of " + plan.phases().size() + ", ",
              phase.title(),
              model.trainableParameterCount(),
              model.parameterCount(),
              OptimizerText.of(phase.optimizer())));
      timer = new EpochTimer();
      keepsBest = best.callback();
      List<Callback> callbacks = new ArrayList<>(List.of(timer, keepsBest));
      if (requested == null) { // or the images of batches are on the workers
        callbacks.add(images);
      }
      callbacks.add(new InterruptedTraining(interruption));
      callbacks.add(
          BackupAndRestore.to(folder.checkpoint(phase.name()))
              .everySteps(configuration.get(RunSettings.CHECKPOINT_STEPS))
              .keptAtEnd(true));
      return callbacks;
    }

    @Override
    public void onPhaseEnd(TrainingPhase phase, int index, Trainer trainer, History history) {
      Thread.interrupted(); // at the end of the last epoch the training has not seen it
      best.take(keepsBest);
      TrainingRun.this.history =
          TrainingRun.this.history.then(RunHistory.of(phase.name(), history, timer.seconds()));
      secondsBefore += timer.before();
      // After each phase, so that an interruption loses one phase at most.
      ModelFile.save(folder.model(), trainer.model(), plan.training().classNames(), metadata());
    }
  }

  private Map<String, String> metadata() {
    Map<String, String> metadata =
        new TreeMap<>(TrainedOn.metadata(plan.training().name(), plan.seed()));
    metadata.put("command", plan.command());
    metadata.put("model", plan.modelName());
    return metadata;
  }

  private EvaluationOptions measuring() {
    return EvaluationOptions.of(
        options ->
            options
                .batchSize(fitOptions.batchSize())
                .workers(fitOptions.workers())
                .prefetch(fitOptions.prefetch())
                .callbacks(new InterruptedTraining(interruption))
                .output(json ? System.err : System.out)
                .verbosity(fitOptions.verbosity()));
  }

  private void report(RunResults results, String engineName, double seconds) {
    Report report =
        new RunReport(
                plan,
                configuration,
                history,
                results,
                best.monitor(),
                images.images(),
                engineName,
                seconds)
            .of(folder);
    String accuracy = plan.labelMode().accuracy().name();
    folder.write(folder.history(), new HistoryTable(history, accuracy).csv());
    folder.write(folder.results(), report.json());
    folder.write(folder.summary(), report.markdown());
    String noCurves =
        problem(() -> new CurvesChart(plan.title(), history, accuracy).write(folder.curves()));
    String noReport = problem(() -> report.write(folder.report()));
    if (json) {
      printJson(results, report, noCurves, noReport);
    } else {
      printLines(results, seconds, noCurves, noReport);
    }
  }

  private void printLines(
      RunResults results, double seconds, @Nullable String noCurves, @Nullable String noReport) {
    say("");
    PrintWriter out = command.getOut();
    List<RunHistory.Epoch> epochs = history.epochs();
    new ResultLines(plan.labelMode(), results, best.monitor())
        .of(folder, epochs.get(epochs.size() - 1).number(), seconds)
        .forEach(out::println);
    out.println("History  " + folder.history());
    out.println(noCurves == null ? "Curves   " + folder.curves() : "warning: " + noCurves);
    out.println("Summary  " + folder.summary());
    out.println(noReport == null ? "Report   " + folder.report() : "warning: " + noReport);
    out.flush();
  }

  private void printJson(
      RunResults results, Report report, @Nullable String noCurves, @Nullable String noReport) {
    RunJson object = new RunJson(folder, report.json());
    if (results.best() != null) {
      object.add("best", folder.best());
    }
    if (noCurves == null) {
      object.add("curves", folder.curves());
    }
    if (noReport == null) {
      object.add("report", folder.report());
    }
    String notEvaluated =
        results.problem() == null ? null : "not evaluated on the test split. " + results.problem();
    PrintWriter err = command.getErr();
    Stream.of(notEvaluated, noCurves, noReport)
        .filter(Objects::nonNull)
        .forEach(problem -> err.println("warning: " + problem));
    err.flush();
    PrintWriter out = command.getOut();
    out.println(object.text());
    out.flush();
  }

  /** Returns why something cannot be written, or null. It must not lose the trained model. */
  private static @Nullable String problem(Runnable writing) {
    try {
      writing.run();
      return null;
    } catch (EspalierException e) {
      return e.problem() + " " + e.remedy();
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // A JDK without AWT fails in many ways, and so does one that is out of memory.
      return "There is no report: " + e + ".";
    }
  }

  private void say(String line) {
    if (!configuration.get(RunSettings.QUIET)) {
      progress.println(line);
      progress.flush();
    }
  }
}
