using System;
using System.ComponentModel;
using System.Threading;
using System.Threading.Tasks;
using Xunit.Sdk;
using Xunit.v3;

namespace Kioto.Testing;

/// <summary>The cases of a theory whose data is enumerated when it runs. For xUnit.</summary>
public sealed class KiotoDelayedTheoryTestCase : XunitDelayEnumeratedTheoryTestCase, ISelfExecutingXunitTestCase
{
    /// <summary>For deserialization.</summary>
    [Obsolete("Called by the de-serializer; should only be called by deriving classes for de-serialization purposes")]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public KiotoDelayedTheoryTestCase()
    {
    }

    private KiotoDelayedTheoryTestCase(XunitDelayEnumeratedTheoryTestCase plain)
        : base(
            plain.TestMethod,
            plain.TestCaseDisplayName,
            plain.UniqueID,
            plain.Explicit,
            plain.SkipTestWithoutData,
            plain.SkipExceptions,
            plain.SkipReason,
            plain.SkipType,
            plain.SkipUnless,
            plain.SkipWhen,
            plain.Traits,
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

    internal static KiotoDelayedTheoryTestCase Of(XunitDelayEnumeratedTheoryTestCase plain) => new(plain);
}
