package dev.parley.agent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Describes a type of argument to the model wherever it is used: a record, a sealed interface, an enum, or one of an
/// enum's constants. What a single argument means is said by [Param].
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD})
public @interface Doc {
    /// The description, as told to the model.
    String value();
}
