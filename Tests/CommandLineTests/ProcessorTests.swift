import Foundation
import Testing

/// No processor needs AVX: the plain kernels run what the others run.
@Suite struct ProcessorTests {
    @Test(arguments: ["portable", "avx2", "avx512"]) func everyLevelTrains(_ level: String) throws {
        let program = try Program()
        let environment = ["LIGHTBOX_CPU": level]
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml", environment: environment)
        #expect(sweep.status == 0, "\(sweep.errors)")
        let report = try program.run(
            "query", "--format", "csv",
            "SELECT count(*) FROM run_overview WHERE test_dice IS NOT NULL",
            environment: environment)
        #expect(report.output.contains("2"), "\(report.output)")
        // A level that this machine has not is lowered.
        let doctor = try program.run("doctor", environment: environment).output
        let said = doctor.matches(of: #/Kernels +(\w+)\n/#).first.map { String($0.1) }
        #expect(said == level || level != "portable", "\(doctor)")
    }
}
