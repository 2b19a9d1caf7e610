package dev.parley.agent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a public method that the model may call, in a class or in an interface it implements.
///
/// Its parameters become the tool's JSON Schema (see [Toolbox] for the types they may have), its return value becomes
/// the output: a string as it is, anything else as JSON with `snake_case` names, `void` as `{"status":"done"}`. A
/// [ToolException] carries a sentence meant for the caller. Any thread may run the method, several at once unless it is
/// [#sequential()].
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Tool {
    /// What the tool does and when to use it, as told to the model.
    String value();

    /// The name the model calls; empty means the method's name in `snake_case`.
    String name() default "";

    /// How long one call may take, in milliseconds; 0 means the runner's default.
    long timeoutMillis() default 0;

    /// Whether calls of this tool run one after the other, in the order they came, instead of at once. A runner's own
    /// calls only: what must not overlap between conversations is a matter of the tool.
    boolean sequential() default false;

    /// What becomes of a running call when the caller begins to speak.
    BargeIn onBargeIn() default BargeIn.CONTINUE;

    /// What the agent says when the caller has heard nothing for [#progressAfterMillis()] while the tool runs, such as
    /// "One moment, I am looking that up."; empty to say nothing.
    String progress() default "";

    /// The silence after which [#progress()] is said, in milliseconds.
    long progressAfterMillis() default 2_000;
}
