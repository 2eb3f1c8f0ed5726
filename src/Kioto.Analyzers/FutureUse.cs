using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kioto.Analyzers;

/// <summary>What a reference to a variable of a future's type does with it.</summary>
internal enum FutureUse
{
    /// <summary>Nothing that matters: compared, copied, boxed.</summary>
    None,

    /// <summary>Awaited, returned, or passed to somebody who awaits it.</summary>
    Consumed,

    /// <summary>The variable gets another future.</summary>
    Assigned,
}

/// <summary>Tells the uses of a future apart.</summary>
internal static class FutureUses
{
    internal static FutureUse Of(IOperation reference, KnownTypes types)
    {
        IOperation value = reference;
        while (value.Parent is IConversionOperation or IParenthesizedOperation or IDeclarationExpressionOperation or ITupleOperation)
        {
            value = value.Parent;
        }

        switch (value.Parent)
        {
            case IAwaitOperation:
                return value is ITupleOperation ? FutureUse.None : FutureUse.Consumed;
            case IReturnOperation:
                return value is ITupleOperation ? FutureUse.None : FutureUse.Consumed;
            case IAssignmentOperation assignment when assignment.Target == value:
                return FutureUse.Assigned;
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out }:
                return FutureUse.Assigned;
            case IArgumentOperation { Parameter: { } parameter }:
                return Awaits(parameter, types) ? FutureUse.Consumed : FutureUse.None;
            case IInvocationOperation call when call.Instance == value:
                return KnownTypes.IsKioto(call.TargetMethod.ContainingType) ? FutureUse.Consumed : FutureUse.None;
            default:
                return FutureUse.None;
        }
    }

    /// <summary>Whether whoever takes the parameter takes a future to run it, or an arm of a combinator.</summary>
    private static bool Awaits(IParameterSymbol parameter, KnownTypes types)
    {
        ITypeSymbol type = parameter.OriginalDefinition.Type;
        return types.IsFuture(type)
            || (type is INamedTypeSymbol && KnownTypes.IsKioto(type))
            || (type is ITypeParameterSymbol && KnownTypes.Is(parameter.ContainingType, types.Kio));
    }
}
