// Made by `npm run types:api` from the document of the API (`zhangban openapi`). Not to be edited.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Account */
        Account: {
            id: string;
            id_number_masked: string | null;
            identified: boolean;
            /** @enum {integer} */
            level: 1 | 2 | 3;
            name_masked: string | null;
            phone_masked: string;
            session: components["schemas"]["OpenSession"];
            staff: components["schemas"]["StaffView"] | null;
        };
        /** Allowed */
        Allowed: {
            allowed: boolean;
            approver: components["schemas"]["Text"] | null;
            asks: ("defects" | "correction" | "ground" | "procedure" | "days" | "fulfilment" | "office" | "opinion" | "rule" | "originals" | "benchmark")[];
            benchmark: components["schemas"]["BenchmarkOption"][];
            command: string;
            most: number | null;
            name: components["schemas"]["Text"];
            options: components["schemas"]["cases_schemas_Option"][];
            reason: boolean;
            rule: components["schemas"]["RuleView"] | null;
        };
        /** Announced */
        Announced: {
            ends: string;
            starts: string;
        };
        /** Applicant */
        Applicant: {
            id_number_masked: string | null;
            name: string;
            phone_masked: string | null;
            representative: components["schemas"]["Representative"] | null;
        };
        /** ApplicantData */
        ApplicantData: {
            birth_date: string | null;
            /** @enum {string} */
            capacity: "self" | "legal_representative" | "agent" | "guardian" | "helper";
            home: string | null;
            id_number: string | null;
            /** @enum {string} */
            kind: "person" | "organisation";
            name: string | null;
            phone: string;
            representative: string | null;
            sex: string | null;
        };
        /** Assertion */
        Assertion: {
            id: string;
            rawId: string;
            response: components["schemas"]["AssertionResponse"];
            /** @constant */
            type: "public-key";
        };
        /** AssertionResponse */
        AssertionResponse: {
            authenticatorData: string;
            clientDataJSON: string;
            signature: string;
            userHandle?: string | null;
        };
        /** Attestation */
        Attestation: {
            id: string;
            rawId: string;
            response: components["schemas"]["AttestationResponse"];
            /** @constant */
            type: "public-key";
        };
        /** AttestationResponse */
        AttestationResponse: {
            attestationObject: string;
            clientDataJSON: string;
        };
        /** AuditLine */
        AuditLine: {
            action: string;
            actor: string;
            actor_number: string | null;
            address: string;
            at: string;
            hash: string | null;
            id: string;
            position: number | null;
            reason: string;
            result: string;
            subject: string | null;
            target: string;
        };
        /** AuditPage */
        AuditPage: {
            lines: components["schemas"]["AuditLine"][];
            next: string | null;
        };
        /** AutomaticCondition */
        AutomaticCondition: {
            at_least: number | null;
            at_most: number | null;
            begins_with: string | null;
            certificate: string | null;
            /** @enum {null|string} */
            fact: "age" | "home" | "known" | "open" | "clean" | "held" | null;
            /** @default false */
            is_true: boolean;
            key: string;
            one_of: (string | boolean)[];
            otherwise: components["schemas"]["Text"];
            pointer: string | null;
            says: components["schemas"]["Text"];
        };
        /** AutomaticTable */
        AutomaticTable: {
            /** @default false */
            accept: boolean;
            basis: components["schemas"]["Basis"];
            grant: components["schemas"]["AutomaticCondition"][];
        };
        /** Basis */
        Basis: {
            article: components["schemas"]["Text"];
            /**
             * @default M
             * @enum {string}
             */
            confidence: "H" | "M" | "L";
            title: components["schemas"]["Text"];
        };
        /** Benchmark */
        Benchmark: {
            basis: components["schemas"]["Basis"];
            rows: components["schemas"]["BenchmarkRow"][];
        };
        /** BenchmarkOption */
        BenchmarkOption: {
            circumstances: components["schemas"]["Text"];
            covers: boolean;
            decision: components["schemas"]["Text"];
            key: string;
        };
        /** BenchmarkRow */
        BenchmarkRow: {
            circumstances: components["schemas"]["Text"];
            commands: string[];
            decision: components["schemas"]["Text"];
            key: string;
        };
        /** BenchmarkView */
        BenchmarkView: {
            circumstances: components["schemas"]["Text"];
            decision: components["schemas"]["Text"];
            deviates: boolean;
        };
        /** BoundDevice */
        BoundDevice: {
            bound_at: string;
            id: string;
            name: string;
        };
        /** BulkCommand */
        BulkCommand: {
            cases: components["schemas"]["SeenCase"][];
            /** @enum {string} */
            command: "accept" | "claim" | "deliver";
        };
        /** BulkResult */
        BulkResult: {
            case_id: string;
            /** @enum {string} */
            outcome: "done" | "refused" | "stale" | "failed";
            rule: components["schemas"]["RuleView"] | null;
            state_name: components["schemas"]["Text"] | null;
            version: number | null;
        };
        /** BulkResults */
        BulkResults: {
            results: components["schemas"]["BulkResult"][];
        };
        /** Bundle */
        Bundle: {
            answers: components["schemas"]["MemberAnswer"][];
            applicants: components["schemas"]["OtherApplicant"][];
            elsewhere: components["schemas"]["Elsewhere"][];
            key: string;
            lead_department: string;
            members: string[];
            name: components["schemas"]["Text"];
            optional_members: components["schemas"]["OptionalMember"][];
            order: string[][];
            promised: components["schemas"]["PromisedLimit"];
            questions: components["schemas"]["BundleQuestion"][];
            results: components["schemas"]["FromResult"][];
            same: components["schemas"]["MemberField"][][];
            same_materials: components["schemas"]["MemberMaterial"][][];
            source: components["schemas"]["Text"];
            summary: components["schemas"]["Text"];
        };
        /** BundleForm */
        BundleForm: {
            form: components["schemas"]["MergedForm"];
            guide: components["schemas"]["Guide"];
            hash: string;
            items: components["schemas"]["ItemName"][];
            materials: {
                [key: string]: {
                    [key: string]: string;
                };
            };
        };
        /** BundleName */
        BundleName: {
            key: string;
            name: components["schemas"]["Text"];
        };
        /** BundleOption */
        BundleOption: {
            adds: string[];
            drops: string[];
            label: components["schemas"]["Text"];
            value: string;
        };
        /** BundleQuestion */
        BundleQuestion: {
            hint: components["schemas"]["Text"] | null;
            key: string;
            options: components["schemas"]["BundleOption"][];
            text: components["schemas"]["Text"];
        };
        /** ByRule */
        ByRule: {
            /** @enum {string} */
            outcome: "accepted" | "granted" | "left";
            phone: string;
            reasons: components["schemas"]["Text"][];
            rule: string;
        };
        /** CalendarView */
        CalendarView: {
            published: number[];
            years: {
                [key: string]: components["schemas"]["CalendarYear"];
            };
        };
        /** CalendarYear */
        CalendarYear: {
            off: string[];
            work: string[];
        };
        /** CaseAnswers */
        CaseAnswers: {
            form_hash: string;
            values: {
                [key: string]: unknown;
            };
        };
        /** CaseDocument */
        CaseDocument: {
            addressee: string;
            basis: components["schemas"]["Text"][];
            case_number: string;
            /** Format: date */
            date: string;
            dates: components["schemas"]["DocumentDay"][];
            department: components["schemas"]["DepartmentName"];
            ending: components["schemas"]["Text"][];
            item: components["schemas"]["Text"];
            number: string;
            paragraphs: components["schemas"]["Text"][];
            phone: string;
            reason: string | null;
            reason_heading: components["schemas"]["Text"] | null;
            remedies: components["schemas"]["Text"] | null;
            sequence: number;
            /** @default  */
            sha256: string;
            tables: components["schemas"]["DocumentGrid"][];
            title: components["schemas"]["Text"];
        };
        /** CaseHolder */
        CaseHolder: {
            id: string;
            mine: boolean;
            name: string;
        };
        /** CaseList */
        CaseList: {
            cases: components["schemas"]["CaseSummary"][];
            next: string | null;
        };
        /** CaseName */
        CaseName: {
            id: string;
            item: components["schemas"]["ItemName"];
            number: string;
            query_code: string;
        };
        /** CaseNotice */
        CaseNotice: {
            after: components["schemas"]["Text"] | null;
            asked: components["schemas"]["cases_schemas_Asked"][];
            command: string;
            due: string | null;
        };
        /** CaseSummary */
        CaseSummary: {
            due: string | null;
            id: string;
            item: components["schemas"]["ItemName"];
            query_code: string;
            stage: string;
            state: string;
            submitted_at: string;
            updated_at: string;
            /** @enum {null|string} */
            waiting_for: "resident" | "office" | null;
        };
        /** CaseView */
        CaseView: {
            certificate: components["schemas"]["CertificateLink"] | null;
            /** @enum {string} */
            channel: "online" | "counter";
            clock: components["schemas"]["Clock"] | null;
            commands: string[];
            department: components["schemas"]["DepartmentName"];
            due: string | null;
            filing: string | null;
            guide_hash: string;
            id: string;
            item: components["schemas"]["ItemName"];
            materials: components["schemas"]["MaterialView"][];
            notice: components["schemas"]["CaseNotice"] | null;
            number: string;
            owed: string[];
            project: string | null;
            query_code: string;
            reason: components["schemas"]["Text"] | null;
            received_by: components["schemas"]["DepartmentName"] | null;
            remedies: components["schemas"]["Text"] | null;
            renews: components["schemas"]["RenewedCertificate"] | null;
            stage: string;
            stages: components["schemas"]["StageView"][];
            state: string;
            step: components["schemas"]["Step"] | null;
            submitted_at: string;
            tasks: components["schemas"]["TaskView"][];
            timeline: components["schemas"]["TimelineEntry"][];
            updated_at: string;
            version: number;
            /** @enum {null|string} */
            waiting_for: "resident" | "office" | null;
            what_if: components["schemas"]["Clock"] | null;
        };
        /** CatalogueDraftList */
        CatalogueDraftList: {
            drafts: components["schemas"]["CatalogueDraftSummary"][];
            next: string | null;
        };
        /** CatalogueDraftPut */
        CatalogueDraftPut: {
            files: {
                [key: string]: string | null;
            };
            /** @default false */
            rebase: boolean;
            title: string;
        };
        /** CatalogueDraftSummary */
        CatalogueDraftSummary: {
            changed_at: string;
            changed_by: string;
            created_at: string;
            created_by: string;
            id: string;
            publication_id: string | null;
            revision: number;
            stale: boolean;
            title: string;
        };
        /** CatalogueDraftView */
        CatalogueDraftView: {
            draft: components["schemas"]["CatalogueDraftSummary"];
            files: {
                [key: string]: string | null;
            };
            findings: components["schemas"]["Finding"][];
            findings_left_out: number;
            previews: components["schemas"]["Preview"][];
            previews_left_out: number;
        };
        /** CertificateLink */
        CertificateLink: {
            id: string;
        };
        /** CertificateList */
        CertificateList: {
            certificates: components["schemas"]["CertificateSummary"][];
        };
        /** CertificateSummary */
        CertificateSummary: {
            by_rule: boolean;
            case_id: string;
            holder_name: string;
            id: string;
            identifier: string;
            issued_on: string;
            issuer: components["schemas"]["Text"];
            renewal: components["schemas"]["RenewalOffer"] | null;
            renewed_by: string | null;
            replaces: string | null;
            /** @enum {string} */
            state: "valid" | "expired" | "suspended" | "revoked" | "superseded";
            type: components["schemas"]["TypeName"];
            valid_until: string;
            version: number;
            views: components["schemas"]["ViewSummary"][];
        };
        /** ChangeLog */
        ChangeLog: {
            coming: components["schemas"]["ComingVersion"][];
            hash: string;
            in_force_from: string;
            publications: components["schemas"]["PublishedChanges"][];
        };
        /** ChildClaim */
        ChildClaim: {
            consent?: string | null;
            id_number: string;
            name: string;
        };
        /** CityView */
        CityView: {
            code: string;
            districts: components["schemas"]["DistrictName"][];
            hash: string;
            hotline: string;
            name: components["schemas"]["Text"];
        };
        /** Clock */
        Clock: {
            /** @enum {string} */
            basis: "published" | "estimate";
            /** Format: date */
            due: string;
            lanes: components["schemas"]["Lane"][];
            /** Format: date */
            started: string;
            /** @enum {string} */
            state: "running" | "stopped" | "done" | "overdue";
            /** Format: date */
            today: string;
        };
        /** ClockLineView */
        ClockLineView: {
            article: components["schemas"]["Text"] | null;
            code: string;
            /** Format: date */
            first: string;
            /** @enum {string} */
            kind: "start" | "counted" | "rest" | "pause";
            /** Format: date */
            last: string;
        };
        /** CodeRequest */
        CodeRequest: {
            phone: string;
        };
        /** CodeSent */
        CodeSent: {
            demo_code: string | null;
            expires_in: number;
            resend_after: number;
        };
        /** Colleague */
        Colleague: {
            id: string;
            name: string;
            roles: ("clerk" | "reviewer" | "approver")[];
        };
        /** Colleagues */
        Colleagues: {
            colleagues: components["schemas"]["Colleague"][];
        };
        /** ComingVersion */
        ComingVersion: {
            hash: string;
            in_force_from: string;
            published_at: string;
        };
        /** CommunityName */
        CommunityName: {
            code: string;
            name: components["schemas"]["Text"];
        };
        /** ConsentGiven */
        ConsentGiven: {
            version: string;
        };
        /** ConsentList */
        ConsentList: {
            consents: components["schemas"]["ConsentState"][];
        };
        /** ConsentRecord */
        ConsentRecord: {
            /** @enum {string} */
            channel: "app" | "window";
            given_at: string;
            /** @enum {string} */
            given_by: "self" | "guardian";
            version: string;
            withdrawn_at: string | null;
        };
        /** ConsentState */
        ConsentState: {
            holds: boolean;
            purpose: components["schemas"]["PurposeView"];
            records: components["schemas"]["ConsentRecord"][];
        };
        /** Continuation */
        Continuation: {
            files?: {
                [key: string]: string[];
            } | null;
            values?: {
                [key: string]: unknown;
            } | null;
        };
        /** CounterCode */
        CounterCode: {
            code: string;
            ends_at: string;
        };
        /** CounterCodeShown */
        CounterCodeShown: {
            code: string;
        };
        /** CounterDraft */
        CounterDraft: {
            files: {
                [key: string]: components["schemas"]["CounterDraftFile"][];
            };
            files_missing: number;
            form_hash: string;
            guide_hash: string;
            values: {
                [key: string]: unknown;
            };
            visit: components["schemas"]["Visit"];
        };
        /** CounterDraftFile */
        CounterDraftFile: {
            media_type: string;
            name: string;
            sha256: string;
            size: number;
        };
        /** CounterFile */
        CounterFile: {
            sha256: string;
        };
        /** CounterFiling */
        CounterFiling: {
            /** @default false */
            by_person: boolean;
            files: {
                [key: string]: string[];
            };
            form_hash: string;
            guide_hash: string;
            project?: string | null;
            /** @default false */
            promise: boolean;
            values: {
                [key: string]: unknown;
            };
        };
        /** CredentialRequest */
        CredentialRequest: {
            device_id: string;
            view: string;
        };
        /** CredentialText */
        CredentialText: {
            expires_at: string;
            text: string;
            view: string;
        };
        /** Defect */
        Defect: {
            example?: string | null;
            material: string;
            problem: string;
        };
        /** DemoSecret */
        DemoSecret: {
            next_in: number;
            number: string;
            password: string;
            totp: string | null;
            totp_secret: string;
        };
        /** DepartmentName */
        DepartmentName: {
            code: string;
            name: components["schemas"]["Text"];
        };
        /** DepartmentView */
        DepartmentView: {
            code: string;
            complaint_phone: string;
            consult_phone: string;
            division: string;
            key: string;
            name: components["schemas"]["Text"];
            parent: string | null;
        };
        /** DeskFiling */
        DeskFiling: {
            bundle: components["schemas"]["BundleName"];
            done: number;
            due: components["schemas"]["Due"] | null;
            lead: components["schemas"]["DepartmentName"];
            members: components["schemas"]["DeskFilingMember"][];
            submitted_at: string;
        };
        /** DeskFilingMember */
        DeskFilingMember: {
            case: string | null;
            department: components["schemas"]["DepartmentName"];
            due: string | null;
            final: boolean;
            granted: boolean;
            item: components["schemas"]["ItemName"];
            /** @enum {string} */
            state: "filed" | "waiting" | "ready" | "dropped";
            state_name: components["schemas"]["Text"] | null;
            /** @enum {null|string} */
            waiting_for: "resident" | "office" | null;
            waits_for: string[];
        };
        /** DeviceBinding */
        DeviceBinding: {
            key: components["schemas"]["DeviceKey"];
            name: string;
        };
        /** DeviceKey */
        DeviceKey: {
            /** @constant */
            crv: "P-256";
            /** @constant */
            kty: "EC";
            x: string;
            y: string;
        };
        /** DifferenceLine */
        DifferenceLine: {
            after: number | null;
            before: number | null;
            /** @enum {string} */
            kind: "same" | "added" | "removed" | "gap";
            text: string;
        };
        /** Directory */
        Directory: {
            bundles: components["schemas"]["Bundle"][];
            departments: components["schemas"]["DepartmentView"][];
            hash: string;
            life_events: components["schemas"]["LifeEvent"][];
            locations: components["schemas"]["Location"][];
            topics: components["schemas"]["Topic"][];
        };
        /** DistrictName */
        DistrictName: {
            code: string;
            name: components["schemas"]["Text"];
            streets: components["schemas"]["StreetName"][];
        };
        /** DocumentDay */
        DocumentDay: {
            article: components["schemas"]["Text"] | null;
            /** Format: date */
            day: string;
            estimate: boolean;
            label: components["schemas"]["Text"];
        };
        /** DocumentGrid */
        DocumentGrid: {
            columns: components["schemas"]["Text"][];
            heading: components["schemas"]["Text"];
            rows: components["schemas"]["Text"][][];
        };
        /** DocumentList */
        DocumentList: {
            documents: components["schemas"]["DocumentName"][];
        };
        /** DocumentName */
        DocumentName: {
            /** Format: date */
            date: string;
            number: string;
            sequence: number;
            title: components["schemas"]["Text"];
        };
        /** Draft */
        Draft: {
            device: string;
            files: {
                [key: string]: components["schemas"]["DraftFile"][];
            };
            form_hash: string;
            guide_hash: string;
            id: string;
            item: string;
            revision: number;
            step: number;
            updated_at: string;
            values: {
                [key: string]: unknown;
            };
        };
        /** DraftFile */
        DraftFile: {
            media_type: string;
            name: string;
            sha256: string;
            size: number;
        };
        /** DraftList */
        DraftList: {
            drafts: components["schemas"]["DraftSummary"][];
        };
        /** DraftProposal */
        DraftProposal: {
            in_force_from?: string | null;
        };
        /** DraftPut */
        DraftPut: {
            device: string;
            files: {
                [key: string]: components["schemas"]["DraftFile"][];
            };
            form_hash: string;
            guide_hash: string;
            item: string;
            operation: string;
            step: number;
            values: {
                [key: string]: unknown;
            };
        };
        /** DraftStored */
        DraftStored: {
            id: string;
            revision: number;
            updated_at: string;
        };
        /** DraftSummary */
        DraftSummary: {
            device: string;
            files: {
                [key: string]: components["schemas"]["DraftFile"][];
            };
            form_hash: string;
            guide_hash: string;
            id: string;
            item: string;
            revision: number;
            step: number;
            updated_at: string;
        };
        /** Due */
        Due: {
            /** @enum {string} */
            basis: "published" | "estimate";
            /** Format: date */
            date: string;
        };
        /** ElementChange */
        ElementChange: {
            added: components["schemas"]["Text"][];
            changed: components["schemas"]["Text"][];
            element: string;
            name: components["schemas"]["Text"];
            now: components["schemas"]["Text"] | null;
            removed: components["schemas"]["Text"][];
            was: components["schemas"]["Text"] | null;
        };
        /** Elsewhere */
        Elsewhere: {
            name: components["schemas"]["Text"];
            where: components["schemas"]["Text"];
        };
        /** Entry */
        Entry: {
            facts: components["schemas"]["Fact"][];
            title: string;
        };
        /** Erased */
        Erased: {
            key: string;
            name: components["schemas"]["Text"];
        };
        /** ErasureAccepted */
        ErasureAccepted: {
            after: components["schemas"]["Text"][];
            erased: components["schemas"]["Erased"][];
            id: string;
            kept: components["schemas"]["Kept"][];
            requested_at: string;
        };
        /** ErasurePreview */
        ErasurePreview: {
            after: components["schemas"]["Text"][];
            blocked_by: components["schemas"]["OpenCase"][];
            confirm: string;
            erased: components["schemas"]["Erased"][];
            kept: components["schemas"]["Kept"][];
        };
        /** ErasureRequest */
        ErasureRequest: {
            /** @constant */
            confirm: "删除我的账号";
        };
        /** Fact */
        Fact: {
            /** @enum {string} */
            name: "certificate_number" | "area" | "number" | "issued_on" | "valid_until" | "state" | "kind" | "on" | "until" | "code";
            value: string;
        };
        /** Feedback */
        Feedback: {
            /** @enum {string} */
            kind: "unclear" | "wrong" | "broken" | "other";
            /** @enum {string} */
            language: "zh" | "en";
            page: string;
            words: string;
        };
        /** FeedbackEntry */
        FeedbackEntry: {
            done_at: string | null;
            id: string;
            /** @enum {string} */
            kind: "unclear" | "wrong" | "broken" | "other";
            /** @enum {string} */
            language: "zh" | "en";
            page: string;
            sent_at: string;
            words: string;
        };
        /** FeedbackPage */
        FeedbackPage: {
            entries: components["schemas"]["FeedbackEntry"][];
            next: string | null;
        };
        /** FeedbackState */
        FeedbackState: {
            done: boolean;
        };
        /** FictitiousPerson */
        FictitiousPerson: {
            id_number: string;
            name: string;
        };
        /** Field */
        Field: {
            /** @enum {null|string} */
            check: "id-number" | "credit-code" | "mobile" | "phone" | "postcode" | "bank-card" | null;
            /** @enum {string} */
            control: "text" | "textarea" | "number" | "select" | "radio" | "checkboxes" | "checkbox" | "date" | "district-street" | "file" | "group" | "rows";
            errors: {
                [key: string]: components["schemas"]["Text"];
            };
            example: components["schemas"]["Text"] | null;
            fields: components["schemas"]["Field"][];
            hint: components["schemas"]["Text"] | null;
            /** @enum {null|string} */
            known: "name" | "id_number" | "phone" | "birth_date" | "sex" | "home" | "representative" | null;
            label: components["schemas"]["Text"];
            material: string | null;
            options: components["schemas"]["city_structures_Option"][] | null;
            pointer: string;
            row_name: components["schemas"]["Text"] | null;
            when: components["schemas"]["When"] | null;
        };
        /** FieldLabel */
        FieldLabel: {
            key: number;
            label: components["schemas"]["Text"];
        };
        /** FileDifference */
        FileDifference: {
            added: number;
            /** @enum {string} */
            change: "added" | "removed" | "changed";
            cut: boolean;
            lines: components["schemas"]["DifferenceLine"][];
            path: string;
            removed: number;
        };
        /** FileName */
        FileName: {
            name: string;
            pages: number;
            sha256: string;
        };
        /** Filing */
        Filing: {
            bundle: components["schemas"]["BundleName"];
            done: number;
            due: components["schemas"]["Due"] | null;
            id: string;
            lead: components["schemas"]["DepartmentName"];
            members: components["schemas"]["FilingMember"][];
            submitted_at: string;
        };
        /** FilingCase */
        FilingCase: {
            certificate: string | null;
            final: boolean;
            granted: boolean;
            id: string;
            number: string;
            query_code: string;
            state: string;
            state_name: components["schemas"]["Text"];
            updated_at: string;
            /** @enum {null|string} */
            waiting_for: "resident" | "office" | null;
        };
        /** FilingList */
        FilingList: {
            filings: components["schemas"]["FilingSummary"][];
        };
        /** FilingMember */
        FilingMember: {
            /** @enum {null|string} */
            applicant: "organisation" | "child" | null;
            case: components["schemas"]["FilingCase"] | null;
            department: components["schemas"]["DepartmentName"];
            due: string | null;
            item: components["schemas"]["ItemName"];
            problem: string | null;
            /** @enum {string} */
            state: "filed" | "waiting" | "ready" | "dropped";
            waits_for: string[];
            why: components["schemas"]["Text"] | null;
        };
        /** FilingReceipt */
        FilingReceipt: {
            case: components["schemas"]["CaseName"];
            due: components["schemas"]["Due"];
            filing: components["schemas"]["Filing"];
            submitted_at: string;
        };
        /** FilingSummary */
        FilingSummary: {
            asks: boolean;
            bundle: components["schemas"]["BundleName"];
            done: number;
            id: string;
            members: number;
            submitted_at: string;
        };
        /** Finding */
        Finding: {
            article: string | null;
            cure: string;
            detail: string;
            file: string;
            line: number;
            rule: string;
            /**
             * @default error
             * @enum {string}
             */
            severity: "error" | "warning";
        };
        /** Form */
        Form: {
            hash: string;
            layout: components["schemas"]["Layout"];
            schema: {
                [key: string]: unknown;
            };
        };
        /** FromResult */
        FromResult: {
            item: string;
            material: string | null;
            of: string;
            pointer: string | null;
        };
        /** Guide */
        Guide: {
            audience: components["schemas"]["Text"] | null;
            automatic: components["schemas"]["AutomaticTable"] | null;
            benchmark: components["schemas"]["Benchmark"] | null;
            certificate_hash: string | null;
            code: string;
            /** @default false */
            commitment_based: boolean;
            complaint_phone: string;
            conditions: components["schemas"]["Text"][];
            consult_phone: string;
            department: components["schemas"]["DepartmentName"];
            /**
             * @default 4
             * @enum {integer}
             */
            depth: 1 | 2 | 3 | 4;
            effective: string;
            fee: components["schemas"]["GuideFee"];
            form_hash: string | null;
            /**
             * @default district
             * @enum {string}
             */
            handle_area: "nation" | "province" | "city" | "district";
            handle_types: ("1" | "2" | "3" | "4" | "9")[];
            /** @default  */
            hash: string;
            joint: components["schemas"]["GuideJoint"] | null;
            key: string;
            /** @enum {string} */
            kind: "promised" | "instant";
            legal_basis: components["schemas"]["GuideBasis"][];
            /**
             * @default 2
             * @enum {integer}
             */
            level: 1 | 2 | 3;
            lifecycle_hash: string | null;
            materials: components["schemas"]["GuideMaterial"][];
            name: components["schemas"]["Text"];
            no_statutory: components["schemas"]["Text"] | null;
            offices: components["schemas"]["GuideOffice"][];
            procedures: components["schemas"]["Procedure"][];
            /**
             * @default none
             * @enum {string}
             */
            project: "required" | "optional" | "none";
            promised: components["schemas"]["Limit"];
            public_notice_days: number | null;
            questions: components["schemas"]["GuideQuestion"][];
            regime: string;
            remedies: components["schemas"]["Text"] | null;
            renewal: components["schemas"]["Renewal"] | null;
            result: components["schemas"]["GuideResult"];
            route_by: string | null;
            service_objects: ("1" | "2" | "3" | "4" | "5" | "6" | "9")[];
            special_procedures: components["schemas"]["Text"][];
            statutory: components["schemas"]["GuideStatutory"] | null;
            steps: components["schemas"]["Stage"][];
            summary: components["schemas"]["Text"];
            /** @default 07 */
            task_type: string;
            tasks: components["schemas"]["GuideTask"][];
            /** @default false */
            tolerant_acceptance: boolean;
            tolerant_within: components["schemas"]["Limit"] | null;
            /** @default 4 */
            use_level: string;
            visits: number;
            visits_note: components["schemas"]["Text"] | null;
            visits_reason: components["schemas"]["Text"] | null;
        };
        /** GuideBasis */
        GuideBasis: {
            article: components["schemas"]["Text"];
            title: components["schemas"]["Text"];
        };
        /** GuideChoice */
        GuideChoice: {
            key: string;
            name: components["schemas"]["Text"];
        };
        /** GuideFee */
        GuideFee: {
            basis: components["schemas"]["Text"] | null;
            charged: boolean;
            note: components["schemas"]["Text"] | null;
        };
        /** GuideJoint */
        GuideJoint: {
            approver: components["schemas"]["Text"];
            article: components["schemas"]["Text"];
            /** @enum {string} */
            handling: "unified" | "joint" | "concentrated";
        };
        /** GuideLocation */
        GuideLocation: {
            access: components["schemas"]["Text"] | null;
            address: components["schemas"]["Text"];
            division: string;
            hours: components["schemas"]["Hours"][];
            key: string;
            name: components["schemas"]["Text"];
            phone: string;
            position: components["schemas"]["Position"] | null;
        };
        /** GuideMaterial */
        GuideMaterial: {
            accept: ("image/jpeg" | "image/png" | "application/pdf")[];
            basis: components["schemas"]["GuideMaterialBasis"] | null;
            choices: components["schemas"]["GuideChoice"][] | null;
            condition: components["schemas"]["Text"] | null;
            /** @default 0 */
            copies: number;
            /**
             * @default both
             * @enum {string}
             */
            form: "paper" | "electronic" | "both";
            /** @enum {string} */
            handover: "share" | "upload" | "form" | "commitment" | "show" | "surrender" | "onsite";
            hint: components["schemas"]["Text"];
            issuer: components["schemas"]["Text"] | null;
            key: string;
            /**
             * @default 1
             * @enum {string}
             */
            kind: "1" | "2" | "3";
            max_bytes: number | null;
            max_files: number;
            name: components["schemas"]["Text"];
            /** @enum {string} */
            necessity: "required" | "optional" | "tolerant";
            /** @default 0 */
            originals: number;
            /** @enum {null|string} */
            share_register: "population" | "enterprises" | "properties" | "credit" | "certificates" | null;
            share_source: components["schemas"]["Text"] | null;
            shared_certificate: string | null;
        };
        /** GuideMaterialBasis */
        GuideMaterialBasis: {
            inherited: boolean;
            laws: components["schemas"]["GuideBasis"][];
        };
        /** GuideOffice */
        GuideOffice: {
            code: string;
            complaint_phone: string;
            consult_phone: string;
            department: components["schemas"]["DepartmentName"];
            divisions: string[];
            locations: components["schemas"]["GuideLocation"][];
            promised: components["schemas"]["Limit"] | null;
        };
        /** GuideQuestion */
        GuideQuestion: {
            answer: components["schemas"]["Text"];
            question: components["schemas"]["Text"];
        };
        /** GuideResult */
        GuideResult: {
            /**
             * @default certificate
             * @enum {string}
             */
            kind: "certificate" | "document" | "payment";
            name: components["schemas"]["Text"];
            note: components["schemas"]["Text"] | null;
        };
        /** GuideStatutory */
        GuideStatutory: {
            /** @default 0 */
            extension: number;
            source: components["schemas"]["Text"];
            /** @enum {string} */
            unit: "workday" | "day" | "month" | "year";
            value: number;
        };
        /** GuideTask */
        GuideTask: {
            after: string[];
            department: components["schemas"]["DepartmentName"];
            /** @default false */
            first_review: boolean;
            key: string;
            limit: components["schemas"]["StepLimit"];
            name: components["schemas"]["Text"];
        };
        /** GuideVersion */
        GuideVersion: {
            coming_from: string | null;
            guide: components["schemas"]["Guide"];
            in_force: boolean;
        };
        /** Hours */
        Hours: {
            days: number[];
            from: string;
            until: string;
        };
        /** IdentityCheck */
        IdentityCheck: {
            id_number: string;
            name: string;
            reason: string;
        };
        /** IdentityChecked */
        IdentityChecked: {
            accounts: number;
        };
        /** IdentityClaim */
        IdentityClaim: {
            id_number: string;
            name: string;
        };
        /** ItemChange */
        ItemChange: {
            /** @enum {string} */
            change: "new" | "changed" | "removed";
            elements: components["schemas"]["ElementChange"][];
            guide: string | null;
            guide_before: string | null;
            key: string;
            name: components["schemas"]["Text"];
        };
        /** ItemList */
        ItemList: {
            hash: string;
            items: components["schemas"]["ItemSummary"][];
            search: components["schemas"]["SearchRules"];
        };
        /** ItemName */
        ItemName: {
            key: string;
            name: components["schemas"]["Text"];
        };
        /** ItemReference */
        ItemReference: {
            key: string;
            name: components["schemas"]["Text"];
        };
        /** ItemSummary */
        ItemSummary: {
            alias_pinyin: string[];
            aliases: string[];
            code: string;
            corporate_topic: string | null;
            department: components["schemas"]["DepartmentName"];
            /** @enum {integer} */
            depth: 1 | 2 | 3 | 4;
            /** @enum {null|string} */
            errand: "enquiry" | "sign-up" | "proof" | "reissue" | null;
            everyday: number;
            fee_charged: boolean;
            fillable: boolean;
            key: string;
            /** @enum {string} */
            kind: "promised" | "instant";
            name: components["schemas"]["Text"];
            offices: components["schemas"]["OfficeName"][];
            pinyin: string;
            promised: components["schemas"]["Limit"];
            service_objects: ("1" | "2" | "3" | "4" | "5" | "6" | "9")[];
            summary: components["schemas"]["Text"];
            topic: string;
            use_level: string;
            visits: number;
        };
        /** Kept */
        Kept: {
            basis: components["schemas"]["Text"];
            how_long: components["schemas"]["Text"];
            key: string;
            query_code: string | null;
            until: string | null;
            what: components["schemas"]["Text"];
        };
        /** KnownMaterial */
        KnownMaterial: {
            found: boolean;
            key: string;
            /** @enum {string} */
            register: "population" | "enterprises" | "properties" | "credit" | "certificates";
            rule: components["schemas"]["Text"];
            source: components["schemas"]["Text"];
        };
        /** KnownMaterials */
        KnownMaterials: {
            materials: components["schemas"]["KnownMaterial"][];
        };
        /** Lane */
        Lane: {
            article: components["schemas"]["Text"] | null;
            days: number;
            /** Format: date */
            due: string;
            /** @default 0 */
            extension: number;
            /** @enum {string} */
            key: "promised" | "statutory";
            left: number;
            lines: components["schemas"]["ClockLineView"][];
            /** @default 0 */
            overdue: number;
            /** @enum {string} */
            unit: "workday" | "day";
            used: number;
        };
        /** Layout */
        Layout: {
            pages: components["schemas"]["Page"][];
        };
        /** LifeEvent */
        LifeEvent: {
            bundles: string[];
            /** @enum {string} */
            icon: "baby" | "school" | "work" | "home" | "shop" | "health" | "elder" | "flower";
            items: string[];
            key: string;
            name: components["schemas"]["Text"];
            summary: components["schemas"]["Text"];
        };
        /** Limit */
        Limit: {
            /** @enum {string} */
            unit: "workday" | "day" | "month" | "year";
            value: number;
        };
        /** LinkList */
        LinkList: {
            links: components["schemas"]["LinkView"][];
        };
        /** LinkOpening */
        LinkOpening: {
            token: string;
        };
        /** LinkRequest */
        LinkRequest: {
            days: number;
        };
        /** LinkView */
        LinkView: {
            /** @enum {string} */
            by: "resident" | "staff";
            created_at: string;
            expires_at: string;
            id: string;
            last_visit_at: string | null;
            revoked_at: string | null;
            visits: number;
        };
        /** ListExport */
        ListExport: {
            query?: components["schemas"]["ViewQuery"];
            reason: string;
            /** @enum {string} */
            section: "open" | "mine" | "held" | "closed";
        };
        /** Live */
        Live: {
            /**
             * @default ok
             * @constant
             */
            status: "ok";
        };
        /** Location */
        Location: {
            access: components["schemas"]["Text"] | null;
            address: components["schemas"]["Text"];
            departments: string[];
            division: string;
            hours: components["schemas"]["Hours"][];
            key: string;
            name: components["schemas"]["Text"];
            phone: string;
            position: components["schemas"]["Position"] | null;
        };
        /** LogoutForm */
        LogoutForm: {
            logout_token: string;
        };
        /** MandateGrant */
        MandateGrant: {
            /** @enum {string} */
            capacity: "agent" | "helper";
            cases: string[];
            days: number;
            items: string[];
            name: string;
            party_id: string | null;
            phone: string;
        };
        /** MandateHolder */
        MandateHolder: {
            name: string | null;
            phone_masked: string | null;
        };
        /** MandateList */
        MandateList: {
            mandates: components["schemas"]["MandateView"][];
        };
        /** MandateParty */
        MandateParty: {
            id: string;
            /** @enum {string} */
            kind: "person" | "organisation";
            name: string;
        };
        /** MandateView */
        MandateView: {
            accepted_at: string | null;
            basis: string;
            /** @enum {string} */
            capacity: "self" | "legal_representative" | "agent" | "guardian" | "helper";
            cases: string[];
            created_at: string;
            /** @enum {string} */
            direction: "given" | "received";
            ends_at: string | null;
            holder: components["schemas"]["MandateHolder"];
            id: string;
            invited_until: string | null;
            items: string[];
            party: components["schemas"]["MandateParty"];
            revoked_at: string | null;
            starts_at: string;
            /** @enum {string} */
            state: "pending" | "expired" | "active" | "ended" | "revoked";
        };
        /** MarkView */
        MarkView: {
            across: number;
            at: string;
            by: string;
            down: number;
            id: string;
            material: string;
            mine: boolean;
            sha256: string;
            text: string;
        };
        /** MaskedFacts */
        MaskedFacts: {
            birth_date: string | null;
            home: string | null;
            id_number: string | null;
            name: string | null;
            phone: string | null;
            representative: string | null;
            sex: string | null;
        };
        /** Match */
        Match: {
            key: string;
            marked: [
                number,
                number
            ] | null;
            name: components["schemas"]["Text"];
            term: string;
            understood: string;
            /** @enum {string} */
            way: "text" | "pinyin" | "initials" | "words" | "typo";
        };
        /** MaterialView */
        MaterialView: {
            files: components["schemas"]["FileName"][];
            key: string;
            name: components["schemas"]["Text"];
            note: components["schemas"]["Text"] | null;
            /** @enum {string} */
            source: "upload" | "share";
        };
        /** MemberAnswer */
        MemberAnswer: {
            item: string;
            pointer: string;
            value: string | boolean;
        };
        /** MemberApplication */
        MemberApplication: {
            detail: string | null;
            errors: {
                [key: string]: string;
            }[];
            files: {
                [key: string]: string[];
            };
            form_hash: string;
            guide_hash: string;
            item: components["schemas"]["ItemName"];
            materials: string[];
            values: {
                [key: string]: unknown;
            };
        };
        /** MemberField */
        MemberField: {
            item: string;
            pointer: string;
        };
        /** MemberMaterial */
        MemberMaterial: {
            item: string;
            material: string;
        };
        /** MergedForm */
        MergedForm: {
            hash: string;
            layout: components["schemas"]["Layout"];
            schema: {
                [key: string]: unknown;
            };
        };
        /** Message */
        Message: {
            case_id: string | null;
            created_at: string;
            id: string;
            kind: string;
            params: {
                [key: string]: unknown;
            };
            read_at: string | null;
        };
        /** MessagePage */
        MessagePage: {
            messages: components["schemas"]["Message"][];
            next: string | null;
            unread: number;
        };
        /** MovedDay */
        MovedDay: {
            /** Format: date */
            due: string;
            /** Format: date */
            was: string;
            what: string;
        };
        /** Named */
        Named: {
            code: string;
            name: components["schemas"]["Text"];
        };
        /** NewCatalogueDraft */
        NewCatalogueDraft: {
            title: string;
        };
        /** NewLink */
        NewLink: {
            expires_at: string;
            id: string;
            url: string;
        };
        /** NewMark */
        NewMark: {
            across: number;
            down: number;
            material: string;
            sha256: string;
            text: string;
        };
        /** NewProject */
        NewProject: {
            division: string;
            industry: string;
            investment: number;
            kind: string;
            name: string;
        };
        /** NewStaff */
        NewStaff: {
            department: string;
            division?: string | null;
            name: string;
            number: string;
            phone: string;
        };
        /** NewView */
        NewView: {
            name: string;
            query: components["schemas"]["ViewQuery"];
            /** @enum {string} */
            section: "open" | "mine" | "held" | "closed";
        };
        /** OfficeName */
        OfficeName: {
            department: components["schemas"]["DepartmentName"];
            divisions: string[];
        };
        /** OpenCase */
        OpenCase: {
            id: string;
            item: components["schemas"]["Text"];
            query_code: string;
        };
        /** OpenSession */
        OpenSession: {
            fresh_until: string;
            id: string;
            /** @enum {string} */
            kind: "resident" | "staff";
            /** @enum {string} */
            method: "code" | "passkey" | "unified" | "password";
            shared: boolean;
        };
        /** Opinion */
        Opinion: {
            /** @enum {string} */
            opinion: "agree" | "disagree";
            reason?: string | null;
        };
        /** OptionalMember */
        OptionalMember: {
            item: string;
            when: components["schemas"]["Text"];
        };
        /** OrganisationClaim */
        OrganisationClaim: {
            name: string;
            uscc: string;
        };
        /** OtherApplicant */
        OtherApplicant: {
            item: string;
            /** @enum {string} */
            kind: "organisation" | "child";
            why: components["schemas"]["Text"];
        };
        /** OwnData */
        OwnData: {
            id_number: string | null;
            name: string | null;
            phone: string;
        };
        /** OwnSession */
        OwnSession: {
            created_at: string;
            current: boolean;
            device: string;
            id: string;
            /** @enum {string} */
            kind: "resident" | "staff";
            /** @enum {string} */
            method: "code" | "passkey" | "unified" | "password";
            seen_at: string;
            shared: boolean;
        };
        /** PackFile */
        PackFile: {
            name: components["schemas"]["Text"] | null;
            path: string;
        };
        /** PackFileText */
        PackFileText: {
            hash: string;
            path: string;
            text: string;
        };
        /** PackFiles */
        PackFiles: {
            files: components["schemas"]["PackFile"][];
            hash: string;
        };
        /** Page */
        Page: {
            fields: components["schemas"]["Field"][];
            key: string;
            title: components["schemas"]["Text"];
        };
        /** Party */
        Party: {
            /** @enum {string} */
            capacity: "self" | "legal_representative" | "agent" | "guardian" | "helper";
            cases: string[];
            code_masked: string;
            ends_at: string | null;
            items: string[];
            /** @enum {string} */
            kind: "person" | "organisation";
            mandate_id: string | null;
            name: string;
            party_id: string;
        };
        /** PartyList */
        PartyList: {
            parties: components["schemas"]["Party"][];
        };
        /** PasskeyAddition */
        PasskeyAddition: {
            /** Format: uuid */
            challenge_id: string;
            credential: components["schemas"]["Attestation"];
            name: string;
        };
        /** PasskeyList */
        PasskeyList: {
            limit: number;
            passkeys: components["schemas"]["PasskeyView"][];
        };
        /** PasskeyProof */
        PasskeyProof: {
            /** Format: uuid */
            challenge_id: string;
            credential: components["schemas"]["Assertion"];
        };
        /** PasskeySignIn */
        PasskeySignIn: {
            /** Format: uuid */
            challenge_id: string;
            credential: components["schemas"]["Assertion"];
            /** @default false */
            shared: boolean;
        };
        /** PasskeyView */
        PasskeyView: {
            backed_up: boolean;
            created_at: string;
            id: string;
            name: string;
            used_at: string | null;
        };
        /** PasswordChange */
        PasswordChange: {
            new_password: string;
            password: string;
        };
        /** PersonaList */
        PersonaList: {
            people: components["schemas"]["FictitiousPerson"][];
            personas: components["schemas"]["PersonaView"][];
        };
        /** PersonaView */
        PersonaView: {
            name: string;
            note: components["schemas"]["Text"];
            phone: string;
            role: "resident" | ("clerk" | "reviewer" | "approver" | "agent" | "supervisor" | "editor" | "system_administrator" | "security_administrator" | "audit_administrator");
            staff: components["schemas"]["DemoSecret"] | null;
        };
        /** PersonalRight */
        PersonalRight: {
            how: components["schemas"]["Text"];
            /** @enum {string} */
            key: "know" | "copy" | "correct" | "delete" | "withdraw" | "explain" | "complain";
            name: components["schemas"]["Text"];
        };
        /** PhoneChange */
        PhoneChange: {
            code: string;
            phone: string;
        };
        /** Popular */
        Popular: {
            counted: number;
            items: string[];
        };
        /** Position */
        Position: {
            latitude: string;
            longitude: string;
        };
        /** Presence */
        Presence: {
            holder: components["schemas"]["CaseHolder"] | null;
            others: string[];
            version: number;
        };
        /** Preview */
        Preview: {
            form: components["schemas"]["Form"] | null;
            guide: components["schemas"]["Guide"];
        };
        /** PrivacyNotice */
        PrivacyNotice: {
            contact: components["schemas"]["Text"];
            handler: components["schemas"]["Text"];
            holdings: components["schemas"]["city_structures_Holding"][];
            purposes: components["schemas"]["Text"][];
            rights: components["schemas"]["PersonalRight"][];
        };
        /** PrivacyView */
        PrivacyView: {
            notice: components["schemas"]["PrivacyNotice"];
            purposes: components["schemas"]["PurposeView"][];
            version: string;
        };
        /**
         * Problem
         * @description RFC 9457; further members depend on the type
         */
        Problem: {
            detail: string;
            rule: string | null;
            status: number;
            title: string;
            type: string;
        };
        /** ProblemBody */
        ProblemBody: {
            detail: string;
            rule: string | null;
            status: number;
            title: string;
            type: string;
        };
        /** Procedure */
        Procedure: {
            article: components["schemas"]["Text"];
            /**
             * @default M
             * @enum {string}
             */
            confidence: "H" | "M" | "L";
            key: string;
            name: components["schemas"]["Text"];
        };
        /** Project */
        Project: {
            code: string;
            division: components["schemas"]["Named"];
            industry: components["schemas"]["Named"];
            investment: number;
            kind: components["schemas"]["Named"];
            name: string;
            registered_at: string;
        };
        /** ProjectChoices */
        ProjectChoices: {
            divisions: components["schemas"]["Named"][];
            industries: components["schemas"]["Named"][];
            kinds: components["schemas"]["Named"][];
        };
        /** ProjectList */
        ProjectList: {
            next: string | null;
            projects: components["schemas"]["Project"][];
        };
        /** ProjectPage */
        ProjectPage: {
            cases: components["schemas"]["CaseSummary"][];
            next: string | null;
            project: components["schemas"]["Project"];
        };
        /** PromisedLimit */
        PromisedLimit: {
            /**
             * @default M
             * @enum {string}
             */
            confidence: "H" | "M" | "L";
            /** @enum {string} */
            unit: "workday" | "day" | "month" | "year";
            value: number;
        };
        /** Proof */
        Proof: {
            code: string;
        };
        /** ProposalList */
        ProposalList: {
            next: string | null;
            publications: components["schemas"]["ProposalSummary"][];
        };
        /** ProposalSummary */
        ProposalSummary: {
            decided_at: string | null;
            decided_by: string | null;
            id: string;
            in_force_from: string | null;
            kind: string;
            mine: boolean;
            proposed_at: string;
            proposed_by: string;
            reason: string;
            /** @enum {string} */
            state: "waiting" | "stale" | "published" | "rejected";
            subject_hash: string;
            title: components["schemas"]["Text"];
        };
        /** ProposalView */
        ProposalView: {
            against: string | null;
            can_reject: boolean;
            coming: components["schemas"]["Version"][];
            files: components["schemas"]["FileDifference"][];
            files_left_out: number;
            findings: components["schemas"]["Finding"][];
            proposal: components["schemas"]["ProposalSummary"];
            rule: components["schemas"]["ReviewRule"] | null;
            secrecy_checked: boolean;
        };
        /** Proposed */
        Proposed: {
            publication_id: string;
        };
        /** PublishedChanges */
        PublishedChanges: {
            count: number;
            first: boolean;
            hash: string;
            in_force_from: string;
            items: components["schemas"]["ItemChange"][];
            more: number;
            published_at: string;
            /** @enum {string} */
            state: "in-force" | "coming" | "past";
        };
        /** PurposeView */
        PurposeView: {
            article: components["schemas"]["Text"];
            key: string;
            name: components["schemas"]["Text"];
            says: components["schemas"]["Text"];
            separate: boolean;
            version: string;
            /** @enum {string} */
            who: "self" | "guardian";
            without: components["schemas"]["Text"];
        };
        /** PushKey */
        PushKey: {
            key: string;
        };
        /** Queue */
        Queue: {
            bulk: components["schemas"]["cases_schemas_Option"][];
            cases: components["schemas"]["QueueEntry"][];
            counts: components["schemas"]["QueueCounts"];
            items: components["schemas"]["ItemName"][];
            lights: components["schemas"]["QueueLights"];
            next: string | null;
            steps: components["schemas"]["cases_schemas_Option"][];
        };
        /** QueueCounts */
        QueueCounts: {
            closed: number;
            held: number;
            mine: number;
            open: number;
        };
        /** QueueEntry */
        QueueEntry: {
            accepted_by_me: boolean;
            applicant_masked: string;
            bulk: string[];
            /** Format: date */
            due: string;
            holder: components["schemas"]["CaseHolder"] | null;
            id: string;
            item: components["schemas"]["ItemName"];
            left: number | null;
            /** @enum {string} */
            light: "red" | "amber" | "green" | "grey";
            overdue: boolean;
            query_code: string;
            state: string;
            state_name: components["schemas"]["Text"];
            step: components["schemas"]["cases_schemas_Option"] | null;
            street: components["schemas"]["Text"] | null;
            total: number | null;
            /** @enum {string} */
            unit: "workday" | "day";
            used: number | null;
            version: number;
            /** @enum {null|string} */
            waiting_for: "resident" | "office" | null;
        };
        /** QueueLights */
        QueueLights: {
            amber: number;
            green: number;
            grey: number;
            red: number;
        };
        /** ReadLine */
        ReadLine: {
            action: string;
            at: string;
            id: string;
            query_code: string | null;
            reader: components["schemas"]["Reader"];
            reason: string | null;
            register: components["schemas"]["Register"] | null;
        };
        /** ReadList */
        ReadList: {
            next: string | null;
            reads: components["schemas"]["ReadLine"][];
        };
        /** ReadMark */
        ReadMark: {
            ids: string[] | null;
        };
        /** Reader */
        Reader: {
            department: components["schemas"]["Text"] | null;
            /** @enum {string} */
            kind: "staff" | "system" | "link" | "other";
            roles: string[];
        };
        /** Ready */
        Ready: {
            /** @enum {string} */
            audit: "ok" | "failing" | "off";
            /** @enum {string} */
            database: "ok" | "failing" | "off";
            laid_aside: number | null;
            /** @enum {string} */
            outbox: "ok" | "failing" | "off";
            /** @enum {string} */
            sequencer: "ok" | "failing" | "off";
        };
        /** Receipt */
        Receipt: {
            case: components["schemas"]["CaseName"];
            due: components["schemas"]["Due"];
            submitted_at: string;
        };
        /** RecordList */
        RecordList: {
            registers: components["schemas"]["RegisterRecords"][];
        };
        /** Recovered */
        Recovered: {
            phone_masked: string;
        };
        /** Recovery */
        Recovery: {
            code: string;
            id_number: string;
            name: string;
            phone: string;
            reason: string;
        };
        /** Register */
        Register: {
            rule: components["schemas"]["Text"];
            source: components["schemas"]["Text"];
        };
        /** RegisterRecords */
        RegisterRecords: {
            as_of: string | null;
            entries: components["schemas"]["Entry"][];
            /** @enum {string} */
            register: "properties" | "certificates" | "credit" | "enterprises";
            source: components["schemas"]["Text"];
            /** @enum {string} */
            state: "ok" | "unavailable";
        };
        /** RegulationList */
        RegulationList: {
            hash: string;
            regulations: components["schemas"]["RegulationView"][];
        };
        /** RegulationView */
        RegulationView: {
            in_force: string | null;
            issued_by: components["schemas"]["Text"] | null;
            items: components["schemas"]["ItemReference"][];
            /** @enum {string} */
            kind: "law" | "administrative-regulation" | "ministry-rule" | "local-rule" | "normative-document";
            number: string | null;
            repealed: string | null;
            replaced_by: string | null;
            title: components["schemas"]["Text"];
        };
        /** Renewal */
        Renewal: {
            article: components["schemas"]["Text"];
            /** @enum {string} */
            confidence: "H" | "M" | "L";
            /**
             * @default end
             * @enum {string}
             */
            counts_from: "end" | "decision";
            opens: components["schemas"]["StepLimit"] | null;
            /** @enum {string} */
            unit: "workday" | "day";
            value: number;
        };
        /** RenewalOffer */
        RenewalOffer: {
            article: components["schemas"]["Text"];
            /** @enum {string} */
            basis: "published" | "estimate";
            case_id: string | null;
            /** Format: date */
            closes: string;
            item: string;
            name: components["schemas"]["Text"];
            opens: string | null;
            /** @enum {string} */
            state: "early" | "open" | "late" | "filed";
        };
        /** RenewedCertificate */
        RenewedCertificate: {
            article: components["schemas"]["Text"] | null;
            deemed: boolean;
            identifier: string;
            /** Format: date */
            until: string;
        };
        /** Representative */
        Representative: {
            /** @enum {string} */
            capacity: "self" | "legal_representative" | "agent" | "guardian" | "helper";
            name: string;
        };
        /** ResidentCommand */
        ResidentCommand: {
            command: string;
            files?: {
                [key: string]: string[];
            };
            values?: {
                [key: string]: unknown;
            } | null;
        };
        /** ReviewRequest */
        ReviewRequest: {
            /** @enum {string} */
            decision: "publish" | "reject";
            /** @default  */
            reason: string;
            /** @default false */
            secrecy_checked: boolean;
        };
        /** ReviewRule */
        ReviewRule: {
            article: components["schemas"]["Text"] | null;
            code: string;
            sentence: components["schemas"]["Text"];
        };
        /** RuleView */
        RuleView: {
            article: components["schemas"]["Text"] | null;
            code: string;
            sentence: components["schemas"]["Text"];
        };
        /** SavedView */
        SavedView: {
            id: string;
            name: string;
            query: components["schemas"]["ViewQuery"];
            /** @enum {string} */
            section: "open" | "mine" | "held" | "closed";
        };
        /** SavedViews */
        SavedViews: {
            views: components["schemas"]["SavedView"][];
        };
        /** SchemaLabel */
        SchemaLabel: {
            label: components["schemas"]["Text"];
            pointer: string;
            value_text: components["schemas"]["Text"];
        };
        /** SearchResult */
        SearchResult: {
            hash: string;
            matches: components["schemas"]["Match"][];
        };
        /** SearchRules */
        SearchRules: {
            stop_words: string[];
            synonyms: {
                [key: string]: string;
            };
            traditional: {
                [key: string]: string;
            };
        };
        /** SecurityEvent */
        SecurityEvent: {
            actor: string;
            actor_number: string | null;
            address: string;
            details: string;
            first_at: string;
            id: string;
            /** @enum {string} */
            kind: "sign-in-failed" | "locked-out" | "rate-limited" | "cross-origin" | "permission-denied" | "oidc-refused" | "code-guessing" | "key-rotated" | "chain-broken" | "staff-changed" | "roles-changed" | "unmasked" | "export-made" | "erased";
            last_at: string;
            /** @enum {string} */
            severity: "notice" | "warning" | "critical";
            times: number;
        };
        /** SecurityEventPage */
        SecurityEventPage: {
            events: components["schemas"]["SecurityEvent"][];
            next: string | null;
        };
        /** SeenCase */
        SeenCase: {
            case_id: string;
            version: number;
        };
        /** SessionList */
        SessionList: {
            sessions: components["schemas"]["OwnSession"][];
        };
        /** SessionView */
        SessionView: {
            account: components["schemas"]["Account"] | null;
            maintenance: components["schemas"]["Announced"] | null;
            /** @enum {string} */
            mode: "demo" | "test" | "production";
        };
        /** SharedEntry */
        SharedEntry: {
            applicant_masked: string;
            department: components["schemas"]["Text"];
            /** Format: date */
            due: string;
            id: string;
            item: components["schemas"]["ItemName"];
            late: boolean;
            query_code: string;
            state: components["schemas"]["Text"];
            task: string | null;
            task_name: components["schemas"]["Text"] | null;
        };
        /** SharedWork */
        SharedWork: {
            next: string | null;
            received: components["schemas"]["SharedEntry"][];
            tasks: components["schemas"]["SharedEntry"][];
        };
        /** SignIn */
        SignIn: {
            code: string;
            phone: string;
            /** @default false */
            shared: boolean;
        };
        /** SignInMethods */
        SignInMethods: {
            code: boolean;
            passkey: boolean;
            unified: components["schemas"]["UnifiedMethod"] | null;
        };
        /** StaffCaseView */
        StaffCaseView: {
            allowed: components["schemas"]["Allowed"][];
            applicant: components["schemas"]["Applicant"];
            certificate: components["schemas"]["CertificateLink"] | null;
            /** @enum {string} */
            channel: "online" | "counter";
            clock: components["schemas"]["Clock"] | null;
            commands: string[];
            department: components["schemas"]["DepartmentName"];
            due: string | null;
            filing: string | null;
            guide_hash: string;
            id: string;
            item: components["schemas"]["ItemName"];
            marks: components["schemas"]["MarkView"][];
            materials: components["schemas"]["MaterialView"][];
            next_due: components["schemas"]["StepDue"] | null;
            notice: components["schemas"]["CaseNotice"] | null;
            number: string;
            owed: string[];
            project: string | null;
            query_code: string;
            reason: components["schemas"]["Text"] | null;
            received_by: components["schemas"]["DepartmentName"] | null;
            remedies: components["schemas"]["Text"] | null;
            renews: components["schemas"]["RenewedCertificate"] | null;
            schema_labels: components["schemas"]["SchemaLabel"][];
            /** @enum {string} */
            sees: "all" | "part" | "course" | "progress";
            stage: string;
            stages: components["schemas"]["StageView"][];
            state: string;
            step: components["schemas"]["Step"] | null;
            submitted_at: string;
            tasks: components["schemas"]["TaskView"][];
            timeline: components["schemas"]["TimelineEntry"][];
            updated_at: string;
            values: {
                [key: string]: unknown;
            };
            version: number;
            /** @enum {null|string} */
            waiting_for: "resident" | "office" | null;
            what_if: components["schemas"]["Clock"] | null;
        };
        /** StaffCommand */
        StaffCommand: {
            benchmark?: string | null;
            body?: string | null;
            command: string;
            compared?: string[];
            days?: number | null;
            defects?: components["schemas"]["Defect"][];
            department?: string | null;
            deviates?: boolean | null;
            /** @enum {null|string} */
            ground?: "not-needed" | "not-competent" | "not-lawful" | null;
            procedure?: string | null;
            reason?: string | null;
            until?: string | null;
            version: number;
        };
        /** StaffEntry */
        StaffEntry: {
            department: components["schemas"]["DepartmentName"];
            disabled: boolean;
            division: string | null;
            first_password: boolean;
            id: string;
            last_sign_in_at: string | null;
            locked: boolean;
            name: string;
            number: string;
            roles: ("clerk" | "reviewer" | "approver" | "agent" | "supervisor" | "editor" | "system_administrator" | "security_administrator" | "audit_administrator")[];
        };
        /** StaffList */
        StaffList: {
            departments: components["schemas"]["DepartmentName"][];
            next: string | null;
            staff: components["schemas"]["StaffEntry"][];
        };
        /** StaffPlace */
        StaffPlace: {
            department: string;
            division?: string | null;
            roles: ("clerk" | "reviewer" | "approver" | "agent" | "supervisor" | "editor" | "system_administrator" | "security_administrator" | "audit_administrator")[];
        };
        /** StaffProof */
        StaffProof: {
            challenge_id?: string | null;
            credential?: components["schemas"]["Assertion"] | null;
            password: string;
            totp?: string | null;
        };
        /** StaffSecrets */
        StaffSecrets: {
            id: string;
            initial_password: string | null;
            number: string;
            totp_secret: string | null;
            totp_uri: string | null;
        };
        /** StaffSignIn */
        StaffSignIn: {
            challenge_id?: string | null;
            credential?: components["schemas"]["Assertion"] | null;
            new_password?: string | null;
            number: string;
            password: string;
            totp?: string | null;
        };
        /** StaffState */
        StaffState: {
            disabled: boolean;
        };
        /** StaffView */
        StaffView: {
            department: components["schemas"]["DepartmentName"];
            division: string | null;
            name: string;
            number: string;
            roles: ("clerk" | "reviewer" | "approver" | "agent" | "supervisor" | "editor" | "system_administrator" | "security_administrator" | "audit_administrator")[];
        };
        /** Stage */
        Stage: {
            key: string;
            name: components["schemas"]["Text"];
        };
        /** StageView */
        StageView: {
            at: string | null;
            key: string;
            name: components["schemas"]["Text"];
            /** @enum {string} */
            status: "done" | "current" | "ahead";
        };
        /** StatusView */
        StatusView: {
            applicant_masked: string;
            /** @enum {null|string} */
            basis: "published" | "estimate" | null;
            department: components["schemas"]["Text"];
            due: string | null;
            expires_at: string;
            item: components["schemas"]["Text"];
            query_code_tail: string;
            stage_sentence: components["schemas"]["Text"];
            stages: components["schemas"]["StageView"][];
            state: string;
        };
        /** Step */
        Step: {
            article: components["schemas"]["Text"] | null;
            /** @enum {string} */
            basis: "published" | "estimate";
            days: number;
            /** Format: date */
            due: string;
            key: string;
            left: number;
            lines: components["schemas"]["ClockLineView"][];
            overdue: number;
            /** Format: date */
            started: string;
            /** @enum {string} */
            unit: "workday" | "day";
            used: number;
        };
        /** StepDue */
        StepDue: {
            /** Format: date */
            due: string;
            left: number | null;
            /** @enum {string} */
            light: "red" | "amber" | "green" | "grey";
            step: components["schemas"]["cases_schemas_Option"];
            /** @enum {string} */
            unit: "workday" | "day";
        };
        /** StepLimit */
        StepLimit: {
            article: components["schemas"]["Text"] | null;
            /** @enum {string} */
            confidence: "H" | "M" | "L";
            /** @enum {string} */
            unit: "workday" | "day";
            value: number;
        };
        /** StreetName */
        StreetName: {
            code: string;
            communities: components["schemas"]["CommunityName"][];
            name: components["schemas"]["Text"];
        };
        /** Submission */
        Submission: {
            /** @default false */
            by_person: boolean;
            draft?: string | null;
            files: {
                [key: string]: string[];
            };
            form_hash: string;
            guide_hash: string;
            item: string;
            project?: string | null;
            /** @default false */
            promise: boolean;
            renews?: string | null;
            values: {
                [key: string]: unknown;
            };
        };
        /** SubscriptionEnd */
        SubscriptionEnd: {
            endpoint: string;
        };
        /** SubscriptionKeys */
        SubscriptionKeys: {
            auth: string;
            p256dh: string;
        };
        /** SubscriptionPut */
        SubscriptionPut: {
            endpoint: string;
            keys: components["schemas"]["SubscriptionKeys"];
            /** @enum {string} */
            language: "zh" | "en";
        };
        /** TaskView */
        TaskView: {
            after: components["schemas"]["Text"][];
            agrees: boolean | null;
            article: components["schemas"]["Text"] | null;
            days: number;
            department: components["schemas"]["Text"];
            done_at: string | null;
            due: string | null;
            key: string;
            late: boolean;
            /** @default false */
            mine: boolean;
            name: components["schemas"]["Text"];
            opened_at: string | null;
            reason: string | null;
            /** @enum {string} */
            state: "ahead" | "open" | "done";
            /** @enum {string} */
            unit: "workday" | "day";
        };
        /** Text */
        Text: {
            en: string;
            zh: string;
        };
        /** TimelineData */
        TimelineData: {
            approver: components["schemas"]["Text"] | null;
            asked: components["schemas"]["cases_schemas_Asked"][];
            automatic: components["schemas"]["ByRule"] | null;
            benchmark: components["schemas"]["BenchmarkView"] | null;
            body: string | null;
            committed: components["schemas"]["Text"][];
            days: number | null;
            document: components["schemas"]["Text"] | null;
            due: string | null;
            materials: components["schemas"]["Text"][];
            moved: components["schemas"]["MovedDay"][];
            procedure: components["schemas"]["cases_schemas_Option"] | null;
            reason: string | null;
            received: components["schemas"]["Text"] | null;
            says: components["schemas"]["Text"] | null;
            source: string | null;
            task: components["schemas"]["Text"] | null;
            until: string | null;
            year: number | null;
        };
        /** TimelineEntry */
        TimelineEntry: {
            at: string;
            by: components["schemas"]["Text"];
            data: components["schemas"]["TimelineData"];
            /** @enum {null|string} */
            role: "applicant" | "clerk" | "reviewer" | "approver" | "timer" | "rule" | null;
            sequence: number;
            type: string;
        };
        /** Topic */
        Topic: {
            /** @enum {string} */
            audience: "person" | "organisation";
            code: string;
            name: components["schemas"]["Text"];
        };
        /** Trust */
        Trust: {
            list: string;
            root: {
                [key: string]: string;
            };
            root_kid: string;
            types: components["schemas"]["TypeLabels"][];
        };
        /** TypeLabels */
        TypeLabels: {
            key: string;
            name: components["schemas"]["Text"];
            views: components["schemas"]["ViewLabels"][];
        };
        /** TypeName */
        TypeName: {
            key: string;
            name: components["schemas"]["Text"];
        };
        /** UnifiedAddress */
        UnifiedAddress: {
            address: string;
        };
        /** UnifiedIdentity */
        UnifiedIdentity: {
            id: string;
            linked_at: string;
            name: components["schemas"]["Text"];
        };
        /** UnifiedIdentityList */
        UnifiedIdentityList: {
            identities: components["schemas"]["UnifiedIdentity"][];
        };
        /** UnifiedMethod */
        UnifiedMethod: {
            name: components["schemas"]["Text"];
        };
        /** UnifiedReturn */
        UnifiedReturn: {
            code?: string | null;
            error?: string | null;
            iss?: string | null;
            state: string;
        };
        /** UnifiedReturned */
        UnifiedReturned: {
            linked: boolean;
            next: string;
            session: components["schemas"]["SessionView"];
        };
        /** UnifiedStart */
        UnifiedStart: {
            /** @default false */
            link: boolean;
            /** @default / */
            next: string;
            /** @default false */
            shared: boolean;
        };
        /** Unmasked */
        Unmasked: {
            id_number: string | null;
            phone: string | null;
        };
        /** Unmasking */
        Unmasking: {
            fields: ("id_number" | "phone")[];
            reason: string;
        };
        /** Version */
        Version: {
            hash: string;
            in_force_from: string;
            number: number;
            published_at: string;
            published_by: string;
            /** @enum {string} */
            state: "in-force" | "coming" | "past" | "replaced";
        };
        /** VersionList */
        VersionList: {
            next: string | null;
            versions: components["schemas"]["Version"][];
        };
        /** VersionProposal */
        VersionProposal: {
            in_force_from?: string | null;
        };
        /** VersionProposed */
        VersionProposed: {
            publication_id: string;
        };
        /** ViewLabels */
        ViewLabels: {
            fields: components["schemas"]["FieldLabel"][];
            key: string;
            name: components["schemas"]["Text"];
        };
        /** ViewQuery */
        ViewQuery: {
            item?: string | null;
            /** @enum {null|string} */
            light?: "red" | "amber" | "green" | "grey" | null;
            step?: string | null;
        };
        /** ViewSummary */
        ViewSummary: {
            hides: components["schemas"]["Text"][];
            key: string;
            name: components["schemas"]["Text"];
            shows: components["schemas"]["Text"][];
        };
        /** Visit */
        Visit: {
            ends_at: string;
            facts: components["schemas"]["MaskedFacts"];
            id: string;
            item: string;
            /** @enum {string} */
            kind: "person" | "organisation";
            materials: components["schemas"]["KnownMaterial"][];
        };
        /** VisitClaim */
        VisitClaim: {
            id_number: string;
            item: string;
            name: string;
            organisation?: components["schemas"]["OrganisationClaim"] | null;
            phone: string;
        };
        /** When */
        When: {
            equals: string | boolean | null;
            one_of: string[];
            pointer: string;
        };
        /** Holding */
        cases_desk_schemas_Holding: {
            seen?: string | null;
            to?: string | null;
        };
        /** Asked */
        cases_schemas_Asked: {
            example: string | null;
            material: string;
            name: components["schemas"]["Text"];
            problem: string;
        };
        /** Option */
        cases_schemas_Option: {
            article: components["schemas"]["Text"] | null;
            key: string;
            name: components["schemas"]["Text"];
        };
        /** Holding */
        city_structures_Holding: {
            basis: components["schemas"]["Text"];
            /** @enum {string} */
            confidence: "H" | "M" | "L";
            how_long: components["schemas"]["Text"];
            key: string;
            /** @default false */
            stays: boolean;
            what: components["schemas"]["Text"];
            why: components["schemas"]["Text"];
        };
        /** Option */
        city_structures_Option: {
            label: components["schemas"]["Text"];
            value: string;
        };
        /** Asked */
        identity_passkeys_schemas_Asked: {
            challenge_id: string;
            options: {
                [key: string]: unknown;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Account = components['schemas']['Account'];
export type Allowed = components['schemas']['Allowed'];
export type Announced = components['schemas']['Announced'];
export type Applicant = components['schemas']['Applicant'];
export type ApplicantData = components['schemas']['ApplicantData'];
export type Assertion = components['schemas']['Assertion'];
export type AssertionResponse = components['schemas']['AssertionResponse'];
export type Attestation = components['schemas']['Attestation'];
export type AttestationResponse = components['schemas']['AttestationResponse'];
export type AuditLine = components['schemas']['AuditLine'];
export type AuditPage = components['schemas']['AuditPage'];
export type AutomaticCondition = components['schemas']['AutomaticCondition'];
export type AutomaticTable = components['schemas']['AutomaticTable'];
export type Basis = components['schemas']['Basis'];
export type Benchmark = components['schemas']['Benchmark'];
export type BenchmarkOption = components['schemas']['BenchmarkOption'];
export type BenchmarkRow = components['schemas']['BenchmarkRow'];
export type BenchmarkView = components['schemas']['BenchmarkView'];
export type BoundDevice = components['schemas']['BoundDevice'];
export type BulkCommand = components['schemas']['BulkCommand'];
export type BulkResult = components['schemas']['BulkResult'];
export type BulkResults = components['schemas']['BulkResults'];
export type Bundle = components['schemas']['Bundle'];
export type BundleForm = components['schemas']['BundleForm'];
export type BundleName = components['schemas']['BundleName'];
export type BundleOption = components['schemas']['BundleOption'];
export type BundleQuestion = components['schemas']['BundleQuestion'];
export type ByRule = components['schemas']['ByRule'];
export type CalendarView = components['schemas']['CalendarView'];
export type CalendarYear = components['schemas']['CalendarYear'];
export type CaseAnswers = components['schemas']['CaseAnswers'];
export type CaseDocument = components['schemas']['CaseDocument'];
export type CaseHolder = components['schemas']['CaseHolder'];
export type CaseList = components['schemas']['CaseList'];
export type CaseName = components['schemas']['CaseName'];
export type CaseNotice = components['schemas']['CaseNotice'];
export type CaseSummary = components['schemas']['CaseSummary'];
export type CaseView = components['schemas']['CaseView'];
export type CatalogueDraftList = components['schemas']['CatalogueDraftList'];
export type CatalogueDraftPut = components['schemas']['CatalogueDraftPut'];
export type CatalogueDraftSummary = components['schemas']['CatalogueDraftSummary'];
export type CatalogueDraftView = components['schemas']['CatalogueDraftView'];
export type CertificateLink = components['schemas']['CertificateLink'];
export type CertificateList = components['schemas']['CertificateList'];
export type CertificateSummary = components['schemas']['CertificateSummary'];
export type ChangeLog = components['schemas']['ChangeLog'];
export type ChildClaim = components['schemas']['ChildClaim'];
export type CityView = components['schemas']['CityView'];
export type Clock = components['schemas']['Clock'];
export type ClockLineView = components['schemas']['ClockLineView'];
export type CodeRequest = components['schemas']['CodeRequest'];
export type CodeSent = components['schemas']['CodeSent'];
export type Colleague = components['schemas']['Colleague'];
export type Colleagues = components['schemas']['Colleagues'];
export type ComingVersion = components['schemas']['ComingVersion'];
export type CommunityName = components['schemas']['CommunityName'];
export type ConsentGiven = components['schemas']['ConsentGiven'];
export type ConsentList = components['schemas']['ConsentList'];
export type ConsentRecord = components['schemas']['ConsentRecord'];
export type ConsentState = components['schemas']['ConsentState'];
export type Continuation = components['schemas']['Continuation'];
export type CounterCode = components['schemas']['CounterCode'];
export type CounterCodeShown = components['schemas']['CounterCodeShown'];
export type CounterDraft = components['schemas']['CounterDraft'];
export type CounterDraftFile = components['schemas']['CounterDraftFile'];
export type CounterFile = components['schemas']['CounterFile'];
export type CounterFiling = components['schemas']['CounterFiling'];
export type CredentialRequest = components['schemas']['CredentialRequest'];
export type CredentialText = components['schemas']['CredentialText'];
export type Defect = components['schemas']['Defect'];
export type DemoSecret = components['schemas']['DemoSecret'];
export type DepartmentName = components['schemas']['DepartmentName'];
export type DepartmentView = components['schemas']['DepartmentView'];
export type DeskFiling = components['schemas']['DeskFiling'];
export type DeskFilingMember = components['schemas']['DeskFilingMember'];
export type DeviceBinding = components['schemas']['DeviceBinding'];
export type DeviceKey = components['schemas']['DeviceKey'];
export type DifferenceLine = components['schemas']['DifferenceLine'];
export type Directory = components['schemas']['Directory'];
export type DistrictName = components['schemas']['DistrictName'];
export type DocumentDay = components['schemas']['DocumentDay'];
export type DocumentGrid = components['schemas']['DocumentGrid'];
export type DocumentList = components['schemas']['DocumentList'];
export type DocumentName = components['schemas']['DocumentName'];
export type Draft = components['schemas']['Draft'];
export type DraftFile = components['schemas']['DraftFile'];
export type DraftList = components['schemas']['DraftList'];
export type DraftProposal = components['schemas']['DraftProposal'];
export type DraftPut = components['schemas']['DraftPut'];
export type DraftStored = components['schemas']['DraftStored'];
export type DraftSummary = components['schemas']['DraftSummary'];
export type Due = components['schemas']['Due'];
export type ElementChange = components['schemas']['ElementChange'];
export type Elsewhere = components['schemas']['Elsewhere'];
export type Entry = components['schemas']['Entry'];
export type Erased = components['schemas']['Erased'];
export type ErasureAccepted = components['schemas']['ErasureAccepted'];
export type ErasurePreview = components['schemas']['ErasurePreview'];
export type ErasureRequest = components['schemas']['ErasureRequest'];
export type Fact = components['schemas']['Fact'];
export type Feedback = components['schemas']['Feedback'];
export type FeedbackEntry = components['schemas']['FeedbackEntry'];
export type FeedbackPage = components['schemas']['FeedbackPage'];
export type FeedbackState = components['schemas']['FeedbackState'];
export type FictitiousPerson = components['schemas']['FictitiousPerson'];
export type Field = components['schemas']['Field'];
export type FieldLabel = components['schemas']['FieldLabel'];
export type FileDifference = components['schemas']['FileDifference'];
export type FileName = components['schemas']['FileName'];
export type Filing = components['schemas']['Filing'];
export type FilingCase = components['schemas']['FilingCase'];
export type FilingList = components['schemas']['FilingList'];
export type FilingMember = components['schemas']['FilingMember'];
export type FilingReceipt = components['schemas']['FilingReceipt'];
export type FilingSummary = components['schemas']['FilingSummary'];
export type Finding = components['schemas']['Finding'];
export type Form = components['schemas']['Form'];
export type FromResult = components['schemas']['FromResult'];
export type Guide = components['schemas']['Guide'];
export type GuideBasis = components['schemas']['GuideBasis'];
export type GuideChoice = components['schemas']['GuideChoice'];
export type GuideFee = components['schemas']['GuideFee'];
export type GuideJoint = components['schemas']['GuideJoint'];
export type GuideLocation = components['schemas']['GuideLocation'];
export type GuideMaterial = components['schemas']['GuideMaterial'];
export type GuideMaterialBasis = components['schemas']['GuideMaterialBasis'];
export type GuideOffice = components['schemas']['GuideOffice'];
export type GuideQuestion = components['schemas']['GuideQuestion'];
export type GuideResult = components['schemas']['GuideResult'];
export type GuideStatutory = components['schemas']['GuideStatutory'];
export type GuideTask = components['schemas']['GuideTask'];
export type GuideVersion = components['schemas']['GuideVersion'];
export type Hours = components['schemas']['Hours'];
export type IdentityCheck = components['schemas']['IdentityCheck'];
export type IdentityChecked = components['schemas']['IdentityChecked'];
export type IdentityClaim = components['schemas']['IdentityClaim'];
export type ItemChange = components['schemas']['ItemChange'];
export type ItemList = components['schemas']['ItemList'];
export type ItemName = components['schemas']['ItemName'];
export type ItemReference = components['schemas']['ItemReference'];
export type ItemSummary = components['schemas']['ItemSummary'];
export type Kept = components['schemas']['Kept'];
export type KnownMaterial = components['schemas']['KnownMaterial'];
export type KnownMaterials = components['schemas']['KnownMaterials'];
export type Lane = components['schemas']['Lane'];
export type Layout = components['schemas']['Layout'];
export type LifeEvent = components['schemas']['LifeEvent'];
export type Limit = components['schemas']['Limit'];
export type LinkList = components['schemas']['LinkList'];
export type LinkOpening = components['schemas']['LinkOpening'];
export type LinkRequest = components['schemas']['LinkRequest'];
export type LinkView = components['schemas']['LinkView'];
export type ListExport = components['schemas']['ListExport'];
export type Live = components['schemas']['Live'];
export type Location = components['schemas']['Location'];
export type LogoutForm = components['schemas']['LogoutForm'];
export type MandateGrant = components['schemas']['MandateGrant'];
export type MandateHolder = components['schemas']['MandateHolder'];
export type MandateList = components['schemas']['MandateList'];
export type MandateParty = components['schemas']['MandateParty'];
export type MandateView = components['schemas']['MandateView'];
export type MarkView = components['schemas']['MarkView'];
export type MaskedFacts = components['schemas']['MaskedFacts'];
export type Match = components['schemas']['Match'];
export type MaterialView = components['schemas']['MaterialView'];
export type MemberAnswer = components['schemas']['MemberAnswer'];
export type MemberApplication = components['schemas']['MemberApplication'];
export type MemberField = components['schemas']['MemberField'];
export type MemberMaterial = components['schemas']['MemberMaterial'];
export type MergedForm = components['schemas']['MergedForm'];
export type Message = components['schemas']['Message'];
export type MessagePage = components['schemas']['MessagePage'];
export type MovedDay = components['schemas']['MovedDay'];
export type Named = components['schemas']['Named'];
export type NewCatalogueDraft = components['schemas']['NewCatalogueDraft'];
export type NewLink = components['schemas']['NewLink'];
export type NewMark = components['schemas']['NewMark'];
export type NewProject = components['schemas']['NewProject'];
export type NewStaff = components['schemas']['NewStaff'];
export type NewView = components['schemas']['NewView'];
export type OfficeName = components['schemas']['OfficeName'];
export type OpenCase = components['schemas']['OpenCase'];
export type OpenSession = components['schemas']['OpenSession'];
export type Opinion = components['schemas']['Opinion'];
export type OptionalMember = components['schemas']['OptionalMember'];
export type OrganisationClaim = components['schemas']['OrganisationClaim'];
export type OtherApplicant = components['schemas']['OtherApplicant'];
export type OwnData = components['schemas']['OwnData'];
export type OwnSession = components['schemas']['OwnSession'];
export type PackFile = components['schemas']['PackFile'];
export type PackFileText = components['schemas']['PackFileText'];
export type PackFiles = components['schemas']['PackFiles'];
export type Page = components['schemas']['Page'];
export type Party = components['schemas']['Party'];
export type PartyList = components['schemas']['PartyList'];
export type PasskeyAddition = components['schemas']['PasskeyAddition'];
export type PasskeyList = components['schemas']['PasskeyList'];
export type PasskeyProof = components['schemas']['PasskeyProof'];
export type PasskeySignIn = components['schemas']['PasskeySignIn'];
export type PasskeyView = components['schemas']['PasskeyView'];
export type PasswordChange = components['schemas']['PasswordChange'];
export type PersonaList = components['schemas']['PersonaList'];
export type PersonaView = components['schemas']['PersonaView'];
export type PersonalRight = components['schemas']['PersonalRight'];
export type PhoneChange = components['schemas']['PhoneChange'];
export type Popular = components['schemas']['Popular'];
export type Position = components['schemas']['Position'];
export type Presence = components['schemas']['Presence'];
export type Preview = components['schemas']['Preview'];
export type PrivacyNotice = components['schemas']['PrivacyNotice'];
export type PrivacyView = components['schemas']['PrivacyView'];
export type Problem = components['schemas']['Problem'];
export type ProblemBody = components['schemas']['ProblemBody'];
export type Procedure = components['schemas']['Procedure'];
export type Project = components['schemas']['Project'];
export type ProjectChoices = components['schemas']['ProjectChoices'];
export type ProjectList = components['schemas']['ProjectList'];
export type ProjectPage = components['schemas']['ProjectPage'];
export type PromisedLimit = components['schemas']['PromisedLimit'];
export type Proof = components['schemas']['Proof'];
export type ProposalList = components['schemas']['ProposalList'];
export type ProposalSummary = components['schemas']['ProposalSummary'];
export type ProposalView = components['schemas']['ProposalView'];
export type Proposed = components['schemas']['Proposed'];
export type PublishedChanges = components['schemas']['PublishedChanges'];
export type PurposeView = components['schemas']['PurposeView'];
export type PushKey = components['schemas']['PushKey'];
export type Queue = components['schemas']['Queue'];
export type QueueCounts = components['schemas']['QueueCounts'];
export type QueueEntry = components['schemas']['QueueEntry'];
export type QueueLights = components['schemas']['QueueLights'];
export type ReadLine = components['schemas']['ReadLine'];
export type ReadList = components['schemas']['ReadList'];
export type ReadMark = components['schemas']['ReadMark'];
export type Reader = components['schemas']['Reader'];
export type Ready = components['schemas']['Ready'];
export type Receipt = components['schemas']['Receipt'];
export type RecordList = components['schemas']['RecordList'];
export type Recovered = components['schemas']['Recovered'];
export type Recovery = components['schemas']['Recovery'];
export type Register = components['schemas']['Register'];
export type RegisterRecords = components['schemas']['RegisterRecords'];
export type RegulationList = components['schemas']['RegulationList'];
export type RegulationView = components['schemas']['RegulationView'];
export type Renewal = components['schemas']['Renewal'];
export type RenewalOffer = components['schemas']['RenewalOffer'];
export type RenewedCertificate = components['schemas']['RenewedCertificate'];
export type Representative = components['schemas']['Representative'];
export type ResidentCommand = components['schemas']['ResidentCommand'];
export type ReviewRequest = components['schemas']['ReviewRequest'];
export type ReviewRule = components['schemas']['ReviewRule'];
export type RuleView = components['schemas']['RuleView'];
export type SavedView = components['schemas']['SavedView'];
export type SavedViews = components['schemas']['SavedViews'];
export type SchemaLabel = components['schemas']['SchemaLabel'];
export type SearchResult = components['schemas']['SearchResult'];
export type SearchRules = components['schemas']['SearchRules'];
export type SecurityEvent = components['schemas']['SecurityEvent'];
export type SecurityEventPage = components['schemas']['SecurityEventPage'];
export type SeenCase = components['schemas']['SeenCase'];
export type SessionList = components['schemas']['SessionList'];
export type SessionView = components['schemas']['SessionView'];
export type SharedEntry = components['schemas']['SharedEntry'];
export type SharedWork = components['schemas']['SharedWork'];
export type SignIn = components['schemas']['SignIn'];
export type SignInMethods = components['schemas']['SignInMethods'];
export type StaffCaseView = components['schemas']['StaffCaseView'];
export type StaffCommand = components['schemas']['StaffCommand'];
export type StaffEntry = components['schemas']['StaffEntry'];
export type StaffList = components['schemas']['StaffList'];
export type StaffPlace = components['schemas']['StaffPlace'];
export type StaffProof = components['schemas']['StaffProof'];
export type StaffSecrets = components['schemas']['StaffSecrets'];
export type StaffSignIn = components['schemas']['StaffSignIn'];
export type StaffState = components['schemas']['StaffState'];
export type StaffView = components['schemas']['StaffView'];
export type Stage = components['schemas']['Stage'];
export type StageView = components['schemas']['StageView'];
export type StatusView = components['schemas']['StatusView'];
export type Step = components['schemas']['Step'];
export type StepDue = components['schemas']['StepDue'];
export type StepLimit = components['schemas']['StepLimit'];
export type StreetName = components['schemas']['StreetName'];
export type Submission = components['schemas']['Submission'];
export type SubscriptionEnd = components['schemas']['SubscriptionEnd'];
export type SubscriptionKeys = components['schemas']['SubscriptionKeys'];
export type SubscriptionPut = components['schemas']['SubscriptionPut'];
export type TaskView = components['schemas']['TaskView'];
export type Text = components['schemas']['Text'];
export type TimelineData = components['schemas']['TimelineData'];
export type TimelineEntry = components['schemas']['TimelineEntry'];
export type Topic = components['schemas']['Topic'];
export type Trust = components['schemas']['Trust'];
export type TypeLabels = components['schemas']['TypeLabels'];
export type TypeName = components['schemas']['TypeName'];
export type UnifiedAddress = components['schemas']['UnifiedAddress'];
export type UnifiedIdentity = components['schemas']['UnifiedIdentity'];
export type UnifiedIdentityList = components['schemas']['UnifiedIdentityList'];
export type UnifiedMethod = components['schemas']['UnifiedMethod'];
export type UnifiedReturn = components['schemas']['UnifiedReturn'];
export type UnifiedReturned = components['schemas']['UnifiedReturned'];
export type UnifiedStart = components['schemas']['UnifiedStart'];
export type Unmasked = components['schemas']['Unmasked'];
export type Unmasking = components['schemas']['Unmasking'];
export type Version = components['schemas']['Version'];
export type VersionList = components['schemas']['VersionList'];
export type VersionProposal = components['schemas']['VersionProposal'];
export type VersionProposed = components['schemas']['VersionProposed'];
export type ViewLabels = components['schemas']['ViewLabels'];
export type ViewQuery = components['schemas']['ViewQuery'];
export type ViewSummary = components['schemas']['ViewSummary'];
export type Visit = components['schemas']['Visit'];
export type VisitClaim = components['schemas']['VisitClaim'];
export type When = components['schemas']['When'];
export type CasesDeskSchemasHolding = components['schemas']['cases_desk_schemas_Holding'];
export type CasesSchemasAsked = components['schemas']['cases_schemas_Asked'];
export type CasesSchemasOption = components['schemas']['cases_schemas_Option'];
export type CityStructuresHolding = components['schemas']['city_structures_Holding'];
export type CityStructuresOption = components['schemas']['city_structures_Option'];
export type IdentityPasskeysSchemasAsked = components['schemas']['identity_passkeys_schemas_Asked'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
