package dev.espalier.engine;

/** What an engine may or may not be able to do; checked before a program is compiled. */
public enum Capability {
  /** Programs with {@link dev.espalier.graph.Op.Gradients}. */
  TRAINING,
  /** More than one session at a time. */
  CONCURRENT_SESSIONS,
  /** Two runs with equal inputs and thread counts give equal bits. */
  DETERMINISTIC
}
