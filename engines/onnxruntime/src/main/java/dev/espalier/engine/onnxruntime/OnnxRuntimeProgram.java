package dev.espalier.engine.onnxruntime;

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
 * possible, each slice on one thread. ONNX Runtime computes one operator after the other for all
 * samples that it is given: what operators hand on is in the cache of the processor only if it is
 * small, and threads that compute an operator together wait for each other after it. Not
 * thread-safe.
 */
final class OnnxRuntimeProgram implements NativeProgram {
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

  /** Prepares a program or a part of one. */
  interface Preparation {
    /**
     * Returns the part.
     *
     * @param threads on which each of its operators is computed
     */
    ProgramPart prepare(Program part, int threads);
  }

  /**
   * Prepares a program.
   *
   * @param threads on which slices are computed
   * @param sliceBytes how large the largest value of a slice may be, unless it is that of a single
   *     sample
   */
  OnnxRuntimeProgram(
      Program program, SliceThreads threads, long sliceBytes, Preparation preparation) {
    this.program = program;
    this.threads = threads;
    SlicedProgram sliced = SlicedProgram.of(program);
    Program samples = sliced == null ? program : sliced.samples();
    this.whole = preparation.prepare(samples, threads.count());
    this.slice = sliced == null || threads.count() == 1 ? whole : preparation.prepare(samples, 1);
    if (sliced == null) {
      this.rest = null;
      this.samplesPerSlice = Integer.MAX_VALUE;
      this.batch = null;
    } else {
      // It is small, and more threads would have to be started for it alone.
      this.rest = sliced.rest() == null ? null : preparation.prepare(sliced.rest(), 1);
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
      outputs.put(name, TensorTransfer.joined(parts.stream().map(part -> part.get(name)).toList()));
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
