using Pharos.Model.Text;

namespace Pharos.Query.GoTemplate.Execution;

/// <summary>Commands, fields, calls and arguments: how a pipeline comes to its value.</summary>
sealed partial class TemplateEvaluator
{
    /// <param name="piped">The value from the left of the bar, which becomes the last argument; null when there is none.</param>
    TemplateValue EvaluateCommand(TemplateValue dot, CommandNode command, TemplateValue? piped)
    {
        var first = command.Words[0];
        switch (first)
        {
            case FieldNode field:
                At(field);
                return EvaluateFields(dot, dot, field, field.Fields, command.Words, piped);
            case ChainNode chain:
                return EvaluateChain(dot, chain, command.Words, piped);
            case IdentifierNode identifier:
                At(identifier);
                return Call(dot, identifier.Function, command, command.Words, piped);
            case PipeNode pipe:
                RefuseArguments(command.Words, piped);
                return EvaluateNested(dot, pipe);
            case VariableNode variable:
                return EvaluateVariable(dot, variable, command.Words, piped);
        }
        At(first);
        RefuseArguments(command.Words, piped);
        switch (first)
        {
            case DotNode:
                return dot;
            case NilNode:
                Fail("nil is not a command");
                return TemplateValue.Nil;
            default:
                return Literal(first);
        }
    }

    /// <summary>A pipeline within parentheses; the one place where expressions nest.</summary>
    TemplateValue EvaluateNested(TemplateValue dot, PipeNode pipe)
    {
        EnsureStack();
        return EvaluatePipe(dot, pipe);
    }

    void RefuseArguments(IReadOnlyList<TemplateNode> words, TemplateValue? piped)
    {
        if (words.Count > 1 || piped is not null) Fail($"can't give argument to non-function {words[0]}");
    }

    TemplateValue Literal(TemplateNode literal)
    {
        switch (literal)
        {
            case BoolNode boolean:
                return TemplateValue.From(boolean.Value);
            case StringNode text:
                return TemplateValue.From(text.Text);
            case NumberNode { IsIdealFloat: true } number:
                return new FloatValue(number.Fractional);
            case NumberNode { Whole: { } whole }:
                return new IntValue(whole);
            case NumberNode number:
                Fail($"{number} overflows int");
                return TemplateValue.Nil;
        }
        Fail($"can't evaluate command {GoText.Quote(literal.ToString()!)}");
        return TemplateValue.Nil;
    }

    TemplateValue EvaluateChain(TemplateValue dot, ChainNode chain, IReadOnlyList<TemplateNode> words, TemplateValue? piped)
    {
        At(chain);
        if (chain.Target is NilNode) Fail($"indirection through explicit nil in {chain}");
        var target = EvaluateArgument(dot, TemplateType.Any, chain.Target);
        return EvaluateFields(dot, target, chain, chain.Fields, words, piped);
    }

    TemplateValue EvaluateVariable(TemplateValue dot, VariableNode variable, IReadOnlyList<TemplateNode> words, TemplateValue? piped)
    {
        At(variable);
        var value = FindVariable(variable.Name);
        if (variable.Fields.Count > 0) return EvaluateFields(dot, value, variable, variable.Fields, words, piped);
        RefuseArguments(words, piped);
        return value;
    }

    /// <summary>Follows the names; only the last one may take arguments.</summary>
    TemplateValue EvaluateFields(
        TemplateValue dot, TemplateValue receiver, TemplateNode at, IReadOnlyList<string> names, IReadOnlyList<TemplateNode> words, TemplateValue? piped)
    {
        for (var i = 0; i < names.Count - 1; i++) receiver = EvaluateField(dot, names[i], at, [], null, receiver);
        return EvaluateField(dot, names[^1], at, words, piped, receiver);
    }

    TemplateValue EvaluateField(
        TemplateValue dot, string name, TemplateNode at, IReadOnlyList<TemplateNode> words, TemplateValue? piped, TemplateValue receiver)
    {
        if (receiver.IsNil) return TemplateValue.Nil;
        if (receiver.Type.FindMethod(name) is { } method)
        {
            var bound = new TemplateFunction(name, method.Parameters, false, (arguments, inRun) => method.Body(receiver, arguments, inRun));
            return Call(dot, bound, at, words, piped);
        }
        var hasArguments = words.Count > 1 || piped is not null;
        switch (receiver)
        {
            case StructValue instance when receiver.Type.FindField(name) is { } field:
                if (hasArguments) Fail($"{name} has arguments but cannot be invoked as function");
                return field.Read(instance.Instance);
            case MapValue map:
                if (hasArguments) Fail($"{name} is not a method but has arguments");
                return map.Find(name) ?? map.Type.Element!.Zero;
        }
        Fail($"can't evaluate field {name} in type {receiver.Type.Name}");
        return TemplateValue.Nil;
    }

    /// <param name="at">What the message of a failing call points to.</param>
    /// <param name="words">The function's own word and its arguments; empty when it was a mere argument itself.</param>
    TemplateValue Call(TemplateValue dot, TemplateFunction function, TemplateNode at, IReadOnlyList<TemplateNode> words, TemplateValue? piped)
    {
        var given = Math.Max(0, words.Count - 1);
        var total = given + (piped is null ? 0 : 1);
        var fixedCount = function.Parameters.Length - (function.IsVariadic ? 1 : 0);
        if (function.IsVariadic ? total < fixedCount : total != fixedCount)
        {
            Fail(function.IsVariadic
                ? $"wrong number of args for {function.Name}: want at least {fixedCount} got {given}"
                : $"wrong number of args for {function.Name}: want {fixedCount} got {total}");
        }
        if (ReferenceEquals(function, Builtins.And) || ReferenceEquals(function, Builtins.Or)) return ShortCircuit(dot, function, words, piped);
        var arguments = new TemplateValue[total];
        for (var i = 0; i < given; i++) arguments[i] = EvaluateArgument(dot, ParameterType(function, i), words[i + 1]);
        if (piped is not null) arguments[^1] = Validate(piped, ParameterType(function, total - 1));
        try
        {
            run.Step(total);
            var result = function.Body(arguments, run);
            if (result is StringValue { Value.Length: > 64 } text) run.Built(text.Value.Length); // Short ones are bounded by the steps.
            return result;
        }
        catch (TemplateFunctionException error)
        {
            At(at);
            Fail($"error calling {function.Name}: {error.Message}");
            return TemplateValue.Nil;
        }
    }

    static TemplateType ParameterType(TemplateFunction function, int index) =>
        function.Parameters[Math.Min(index, function.Parameters.Length - 1)];

    /// <summary><c>and</c> gives its first untrue argument, <c>or</c> its first true one, and neither evaluates what comes after.</summary>
    TemplateValue ShortCircuit(TemplateValue dot, TemplateFunction function, IReadOnlyList<TemplateNode> words, TemplateValue? piped)
    {
        var endsOn = ReferenceEquals(function, Builtins.Or);
        var value = TemplateValue.Nil;
        for (var i = 1; i < words.Count; i++)
        {
            value = EvaluateArgument(dot, TemplateType.Any, words[i]);
            if (value.IsTrue == endsOn) return value;
        }
        return piped ?? value;
    }

    TemplateValue EvaluateArgument(TemplateValue dot, TemplateType type, TemplateNode argument)
    {
        At(argument);
        switch (argument)
        {
            case DotNode:
                return Validate(dot, type);
            case NilNode:
                if (!type.CanBeNil) Fail($"cannot assign nil to {type.Name}");
                return type.Kind == TemplateKind.Any ? TemplateValue.Nil : type.Zero;
            case FieldNode field:
                return Validate(EvaluateFields(dot, dot, field, field.Fields, [], null), type);
            case VariableNode variable:
                return Validate(EvaluateVariable(dot, variable, [], null), type);
            case PipeNode pipe:
                return Validate(EvaluateNested(dot, pipe), type);
            case IdentifierNode identifier:
                return Validate(Call(dot, identifier.Function, identifier, [], null), type);
            case ChainNode chain:
                return Validate(EvaluateChain(dot, chain, [], null), type);
        }
        return LiteralFor(type, argument);
    }

    /// <summary>A literal takes on the type that is asked for, when it can.</summary>
    TemplateValue LiteralFor(TemplateType type, TemplateNode argument)
    {
        switch (type.Kind, argument)
        {
            case (TemplateKind.Any, _):
                return Literal(argument);
            case (TemplateKind.Bool, BoolNode boolean):
                return TemplateValue.From(boolean.Value);
            case (TemplateKind.Float, NumberNode number):
                return new FloatValue(number.Fractional);
            case (TemplateKind.Int, NumberNode { Whole: { } whole }):
                return new IntValue(whole, type);
            case (TemplateKind.String, StringNode text):
                return TemplateValue.From(text.Text);
            case (TemplateKind.Bool, _):
                Fail($"expected bool; found {argument}");
                break;
            case (TemplateKind.Float, _):
                Fail($"expected float; found {argument}");
                break;
            case (TemplateKind.Int, _):
                Fail($"expected integer; found {argument}");
                break;
            case (TemplateKind.String, _):
                Fail($"expected string; found {argument}");
                break;
        }
        Fail($"can't handle {argument} for arg of type {type.Name}");
        return TemplateValue.Nil;
    }

    /// <summary>Lets a value through when it has the type that is asked for.</summary>
    TemplateValue Validate(TemplateValue value, TemplateType type)
    {
        if (type.Kind == TemplateKind.Any || ReferenceEquals(value.Type, type)) return value;
        if (value.IsNil)
        {
            if (!type.CanBeNil) Fail($"invalid value; expected {type.Name}");
            return type.Zero;
        }
        // Named list and map types are assignable to the unnamed ones of the same shape, as in Go.
        if (type.Kind is TemplateKind.List or TemplateKind.Map && value.Type.Kind == type.Kind && ReferenceEquals(value.Type.Element, type.Element)) return value;
        Fail($"wrong type for value; expected {type.Name}; got {value.Type.Name}");
        return TemplateValue.Nil;
    }
}
