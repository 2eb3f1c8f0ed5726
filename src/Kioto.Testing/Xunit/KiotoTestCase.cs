using System;
using System.ComponentModel;
using System.Threading;
using System.Threading.Tasks;
using Xunit.Sdk;
using Xunit.v3;

namespace Kioto.Testing;

/// <summary>A test case that runs on a runtime of its own. For xUnit.</summary>
public sealed class KiotoTestCase : XunitTestCase, ISelfExecutingXunitTestCase
{
    /// <summary>For deserialization.</summary>
    [Obsolete("Called by the de-serializer; should only be called by deriving classes for de-serialization purposes")]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public KiotoTestCase()
    {
    }

    private KiotoTestCase(XunitTestCase plain)
        : base(
            plain.TestMethod,
            plain.TestCaseDisplayName,
            plain.UniqueID,
            plain.Explicit,
            plain.TestLabel,
            plain.DisableParallelization,
            plain.SkipExceptions,
            plain.SkipReason,
            plain.SkipType,
            plain.SkipUnless,
            plain.SkipWhen,
            plain.Traits,
            plain.TestMethodArguments,
            plain.SourceFilePath,
            plain.SourceLineNumber,
            plain.Timeout)
    {
    }

    /// <inheritdoc/>
    public ValueTask<RunSummary> Run(
        ExplicitOption explicitOption,
        IMessageBus messageBus,
        object?[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource,
        ParallelMode parallelMode,
        ExecutionScheduler scheduler,
        FixtureMappingManager methodFixtureMappings) =>
        KiotoTestCaseRunner.Run(
            this,
            explicitOption,
            messageBus,
            constructorArguments,
            aggregator,
            cancellationTokenSource,
            parallelMode,
            scheduler,
            methodFixtureMappings);

    internal static IXunitTestCase Of(IXunitTestCase plain) => plain switch
    {
        // One whose data can't be enumerated before it runs.
        XunitDelayEnumeratedTheoryTestCase delayed => KiotoDelayedTheoryTestCase.Of(delayed),
        XunitTestCase single when single.GetType() == typeof(XunitTestCase) => new KiotoTestCase(single),
        _ => plain, // It says what is wrong with the method.
    };
}
