package dev.espalier.engine.slices;

import dev.espalier.engine.OperatorRun;
import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.internal.RowByRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A program of a session, whose larger part is run for a slice of the batch at a time where that is
 * possible, each slice on one thread. Libraries compute one operator after the other for all
 * samples that they are given: what operators hand on is in the cache of the processor only if it
 * is small, and threads that compute an operator together wait for each other after it. Not
 * thread-safe.
 */
public final class SlicedExecution implements NativeProgram {
  /**
   * How large the largest value of a slice may be, which is computed on one thread, so that it and
   * what is computed of it stay in the cache: 2 images of EfficientNet-B0 at 224 pixels. Half and
   * twice as much were about equally fast.
   */
  public static final long SLICE_BYTES = 10 << 20;

  /** With fewer samples, some threads would have nothing to do for too long. */
  private static final int SAMPLES_PER_THREAD = 2;

  private final Program program;
  private final SliceThreads threads;

  /** Computes all samples of a batch on all threads: one that has too few for slices. */
  private final ProgramPart whole;

  /** Computes a slice on one thread. */
  private final ProgramPart slice;

  /** What is computed of the results of all slices. */
  private final @Nullable ProgramPart rest;

  /** How many samples a slice has at most. */
  private final int samplesPerSlice;

  /** An input with a row for each sample. */
  private final @Nullable String batch;

  /** Prepares the parts of a program. */
  public interface Preparation {
    /**
     * Returns the part that computes samples by themselves, or all of a program that does not
     * divide. It is asked for once with all threads, and once with one thread if it is run in
     * slices.
     *
     * @param threads on which each of its operators is computed
     */
    ProgramPart samples(Program part, int threads);

    /** Returns the part that is run once for all samples, on the results of the other one. */
    ProgramPart rest(Program part);
  }

  /**
   * Prepares a program.
   *
   * @param threads on which slices are computed
   * @param sliceBytes how large the largest value of a slice may be, unless it is that of a single
   *     sample
   */
  public SlicedExecution(
      Program program, SliceThreads threads, long sliceBytes, Preparation preparation) {
    this.program = program;
    this.threads = threads;
    SlicedProgram sliced = SlicedProgram.of(program);
    Program samples = sliced == null ? program : sliced.samples();
    this.whole = preparation.samples(samples, threads.count());
    this.slice = sliced == null || threads.count() == 1 ? whole : preparation.samples(samples, 1);
    if (sliced == null) {
      this.rest = null;
      this.samplesPerSlice = Integer.MAX_VALUE;
      this.batch = null;
    } else {
      this.rest = sliced.rest() == null ? null : preparation.rest(sliced.rest());
      this.samplesPerSlice =
          (int) Math.min(Integer.MAX_VALUE, Math.max(1, sliceBytes / sliced.largest()));
      this.batch = batch(samples);
    }
  }

  private static @Nullable String batch(Program program) {
    return program.inputs().entrySet().stream()
        .filter(input -> RowByRow.isBatch(input.getValue().shape()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    Map<String, HostArray> computed = slices(inputs);
    if (rest == null) {
      return computed;
    }
    Map<String, HostArray> known = new HashMap<>(inputs);
    known.putAll(computed);
    known.putAll(rest.run(known));
    return outputs(known);
  }

  /** Measures each operator for the whole batch, on all threads. */
  @Override
  public ProfiledRun profile(Map<String, HostArray> inputs) {
    ProfiledRun samples = whole.profile(inputs);
    if (rest == null) {
      return samples;
    }
    Map<String, HostArray> known = new HashMap<>(inputs);
    known.putAll(samples.outputs());
    ProfiledRun further = rest.profile(known);
    known.putAll(further.outputs());
    List<OperatorRun> operators = new ArrayList<>(samples.operators());
    operators.addAll(further.operators());
    return new ProfiledRun(
        outputs(known), samples.nanoseconds() + further.nanoseconds(), operators);
  }

  private Map<String, HostArray> outputs(Map<String, HostArray> known) {
    Map<String, HostArray> outputs = new LinkedHashMap<>();
    for (Program.Output output : program.outputs()) {
      outputs.put(output.name(), Objects.requireNonNull(known.get(output.name())));
    }
    return outputs;
  }

  private Map<String, HostArray> slices(Map<String, HostArray> inputs) {
    int samples = batch == null ? 0 : Objects.requireNonNull(inputs.get(batch)).shape().size(0);
    int slices = count(samples);
    if (slices < 2) {
      return whole.run(inputs);
    }
    List<Map<String, HostArray>> parts =
        new ArrayList<>(Collections.nCopies(slices, Map.<String, HostArray>of()));
    threads.run(
        slices,
        i -> {
          int from = start(samples, slices, i);
          parts.set(i, slice.run(inputs, from, start(samples, slices, i + 1)));
        });
    Map<String, HostArray> outputs = new LinkedHashMap<>();
    for (String name : parts.get(0).keySet()) {
      outputs.put(name, JoinedRows.of(parts.stream().map(part -> part.get(name)).toList()));
    }
    return outputs;
  }

  /** Returns the number of slices: as many for each thread, and one if there are few samples. */
  private int count(int samples) {
    if (samples < SAMPLES_PER_THREAD * threads.count() && threads.count() > 1) {
      return 1;
    }
    int least = 1 + (samples - 1) / samplesPerSlice;
    int rounds = 1 + (least - 1) / threads.count();
    return Math.min(samples, rounds * threads.count());
  }

  /** Returns where a slice begins, so that all are about equally large. */
  private static int start(int samples, int slices, int slice) {
    return Math.toIntExact((long) samples * slice / slices);
  }

  @Override
  public void close() {
    whole.close();
    slice.close();
    if (rest != null) {
      rest.close();
    }
  }
}
