// SPDX-License-Identifier: Apache-2.0
'use strict';

const { WorkloadModuleBase } = require('@hyperledger/caliper-core');

/** Registers datasets of the city, or reads one that it registered first. */
class Datasets extends WorkloadModuleBase {
  async initializeWorkloadModule(...args) {
    await super.initializeWorkloadModule(...args);
    this.prefix = `CityMSP/caliper-${Date.now()}-${this.workerIndex}`;
    this.next = 0;
    await this.register('first');
  }

  submitTransaction() {
    if (this.roundArguments.transaction === 'write') {
      return this.register(this.next++);
    }
    return this.send('licensing:GetDataset', { datasetId: `${this.prefix}-first` }, true);
  }

  register(n) {
    return this.send('licensing:RegisterDataset', {
      datasetId: `${this.prefix}-${n}`,
      version: 1,
      title: 'Caliper',
      description: 'made by a benchmark',
      publisher: 'CityMSP',
      owner: 'CityMSP',
      theme: ['energy'],
      distribution: [{
        format: 'CSV',
        mediaType: 'text/csv',
        accessService: { endpointUrl: 'https://127.0.0.1:8443/', protocol: 'https' },
      }],
    }, false);
  }

  send(contractFunction, request, readOnly) {
    return this.sutAdapter.sendRequests({
      contractId: 'smartb',
      contractFunction,
      contractArguments: [JSON.stringify(request)],
      invokerIdentity: 'steward',
      readOnly,
    });
  }
}

module.exports.createWorkloadModule = () => new Datasets();
