/**
 * What models are made of. Read {@link dev.espalier.layer.Layer} (what a layer author writes),
 * {@link dev.espalier.layer.CallContext} (what a layer may ask for) and {@link
 * dev.espalier.layer.LayerOutput} (how layers are connected) first.
 */
@NullMarked
package dev.espalier.layer;

import org.jspecify.annotations.NullMarked;
