import Foundation
import Imaging

/// The patients of a folder's DICOM files.
struct DICOMPatients {
    private let names: [URL: String]

    /// Looks into every image. Files whose name the user has written into a table are taken as
    /// named.
    /// - Throws: `DatasetError.namesPatients` where the names of files give patients away.
    init(
        of images: [URL], dataset: String, key: PatientKey, isNamed: (URL) -> Bool
    ) throws(DatasetError) {
        let persons = parallelMap(images.count) { DICOMPerson(of: images[$0]) }
        let telling = images.indices.filter { index in
            guard let person = persons[index], !isNamed(images[index]) else { return false }
            return person.isNamed(in: images[index].lastPathComponent)
        }
        if let first = telling.first {
            throw .namesPatients(
                dataset: dataset, folder: images[first].folderPath, first: first + 1,
                count: telling.count)
        }
        let found = try key.names(of: persons.map { $0?.id })
        var names: [URL: String] = [:]
        for (image, name) in zip(images, found) { names[image] = name }
        self.names = names
    }

    /// What stands for the patient of an image; nil where its file does not say.
    subscript(image: URL) -> String? { names[image] }
}
