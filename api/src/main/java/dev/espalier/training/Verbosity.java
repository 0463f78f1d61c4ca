package dev.espalier.training;

/** How much progress is shown. */
public enum Verbosity {
  /** A bar on a terminal; else a line on an output that was named, and nothing without one. */
  AUTO,
  /** A bar that is drawn again while an epoch runs, and becomes its line. */
  BAR,
  /** One line at the end of an epoch. */
  LINE,
  /** Nothing. */
  SILENT
}
