namespace Kioto.ModelTests;

/// <summary>A strand of a combinator: its waker is the task's.</summary>
internal sealed class ArmStrand(HoardingThread task) : Strand
{
    private protected override WakeTarget OuterTarget => task;

    internal override void Wake() => task.Wake();
}
