/**
 * Answers requests over HTTP with trained models. Read {@link
 * dev.espalier.server.ClassificationServer} first, then {@link dev.espalier.server.ServerOptions}.
 */
@NullMarked
package dev.espalier.server;

import org.jspecify.annotations.NullMarked;
