package dev.espalier.engine.slices;

import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.internal.RowByRow;
import dev.espalier.graph.internal.Rows;
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
  /** With fewer samples, some threads would have nothing to do for too long. */
  private static final int SAMPLES_PER_THREAD = 2;

  private final Program program;
  private final SliceThreads threads;
  private final Preparation preparation;

  /** Computes all samples of a batch on all threads: one that is small, or has too few samples. */
  private final NativeProgram whole;

  private final @Nullable SlicedProgram sliced;

  /** How many samples a slice has at most. */
  private final int samplesPerSlice;

  /** How many samples are computed whole at most. */

  /** An input with a row for each sample. */
  private final @Nullable String batch;

  /** Computes a slice on one thread; prepared for the first batch that is computed so. */
  private @Nullable ProgramPart slice;

  /** What is computed of the results of all slices. */
  private @Nullable NativeProgram rest;

  /** Prepares a program or a part of one. */
  public interface Preparation {
    /** Returns a program that computes whole batches on all threads. */
    NativeProgram whole(Program program);

    /** Returns the part that computes samples by themselves, each slice on the calling thread. */
    ProgramPart slice(Program part);

    /** Returns the part that is run once for all samples, on the results of the slices. */
    default NativeProgram rest(Program part) {
      return whole(part);
    }
  }

  /**
   * Prepares a program.
   *
   * @param threads on which slices are computed
   * @param limits say how large a slice is
   */
  public SlicedExecution(
      Program program, SliceThreads threads, SliceLimits limits, Preparation preparation) {
    this.program = program;
    this.threads = threads;
    this.preparation = preparation;
    this.whole = preparation.whole(program);
    this.sliced = SlicedProgram.of(program);
    this.samplesPerSlice = sliced == null ? 1 : Math.max(1, samples(limits.sliceBytes(), sliced));
    this.batch =
        sliced == null
            ? null
            : RowByRow.batches(sliced.samples()).stream().findFirst().orElse(null);
  }

  /** Returns for how many samples the largest value has at most so many bytes. */
  private static int samples(long bytes, SlicedProgram sliced) {
    return (int) Math.min(Integer.MAX_VALUE, bytes / sliced.largest());
  }

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    int samples = batch == null ? 0 : Objects.requireNonNull(inputs.get(batch)).shape().size(0);
    int slices = count(samples);
    if (sliced == null || slices < 2) {
      return whole.run(inputs);
    }
    Map<String, HostArray> computed = slices(sliced, inputs, samples, slices);
    if (sliced.rest() == null) {
      return computed;
    }
    NativeProgram once = rest == null ? preparation.rest(sliced.rest()) : rest;
    rest = once;
    Map<String, HostArray> known = new HashMap<>(inputs);
    known.putAll(computed);
    known.putAll(once.run(known));
    Map<String, HostArray> outputs = new LinkedHashMap<>();
    for (Program.Output output : program.outputs()) {
      outputs.put(output.name(), Objects.requireNonNull(known.get(output.name())));
    }
    return outputs;
  }

  private Map<String, HostArray> slices(
      SlicedProgram divided, Map<String, HostArray> inputs, int samples, int slices) {
    ProgramPart each = slice == null ? preparation.slice(divided.samples()) : slice;
    slice = each;
    List<Map<String, HostArray>> parts =
        new ArrayList<>(Collections.nCopies(slices, Map.<String, HostArray>of()));
    threads.run(
        slices,
        i -> {
          int from = start(samples, slices, i);
          parts.set(i, each.run(inputs, from, start(samples, slices, i + 1)));
        });
    Map<String, HostArray> outputs = new LinkedHashMap<>();
    for (String name : parts.get(0).keySet()) {
      outputs.put(name, Rows.concatenated(parts.stream().map(part -> part.get(name)).toList()));
    }
    return outputs;
  }

  /** Measures each operator for the whole batch, on all threads. */
  @Override
  public ProfiledRun profile(Map<String, HostArray> inputs) {
    return whole.profile(inputs);
  }

  /** Returns the number of slices: as many for each thread, and one if there are few samples. */
  private int count(int samples) {
    if (samples == 0 || (samples < SAMPLES_PER_THREAD * threads.count() && threads.count() > 1)) {
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
    if (slice != null) {
      slice.close();
    }
    if (rest != null) {
      rest.close();
    }
  }
}
